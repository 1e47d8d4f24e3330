"""The job that sends a notice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.audit.record import record
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.webhooks.addresses import Fence, Target, UnreachableError, allowed_addresses
from assay.service.webhooks.posting import post
from assay.service.webhooks.sealed import Sealed
from assay.service.webhooks.signing import signed_headers
from assay.service.webhooks.tables import NoticeRow, WebhookRow
from assay.service.webhooks.telling import SEND

#: Twelve attempts, each after twice the wait of the one before: a bit more than an hour in all.
_ATTEMPTS = 12


@dataclass(frozen=True)
class _Letter:
    """A notice as it is sent."""

    notice: str
    sealed: str
    body: bytes


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Sign and send a notice; one whose webhook was removed or paused is dropped."""
    with bench.database.reading() as session:
        letter = _letter(session, payload["notice"])
    if letter is None:
        return {"status": None}
    sealed = Sealed.get(bench.blobs, letter.sealed)
    target = Target.parse(sealed.url, http=bench.settings.webhook_http)
    addresses = allowed_addresses(target, Fence(bench.settings.webhook_networks))
    headers = {
        "content-type": "application/json",
        "user-agent": "Assay-Webhooks/1",
        **signed_headers(sealed.secret, letter.notice, clock.now(), letter.body),
    }
    status = post(target, addresses, headers=headers, body=letter.body)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        moved = " Redirects are not followed." if 300 <= status < 400 else ""
        raise UnreachableError(f"{target.host} answered {status}.{moved}")
    return {"status": status}


def _letter(session: Session, identifier: str) -> _Letter | None:
    row = session.get_one(NoticeRow, identifier)
    webhook = session.get_one(WebhookRow, row.webhook_id)
    if not webhook.active:
        return None
    return _Letter(row.id, webhook.sealed, body_of(row, webhook))


def body_of(row: NoticeRow, webhook: WebhookRow) -> bytes:
    """Return what is sent: for a chat channel the text alone, for a program all of the event."""
    document: dict[str, Any] = {"text": row.text}
    if webhook.form == "event":
        data = {"project": webhook.project_id, "subject": row.subject}
        document |= {"type": row.event, "timestamp": row.occurred.isoformat(), "data": data}
    return json.dumps(document, ensure_ascii=False).encode()


def apply(session: Session, payload: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Say that a notice was sent."""
    row = session.get_one(NoticeRow, payload["notice"], with_for_update=True)
    row.state = "dropped" if result["status"] is None else "sent"
    row.status = result["status"]
    row.ended = clock.now()
    facts = {"webhook": row.webhook_id, "event": row.event, "status": row.status}
    record(session, SYSTEM, f"notice.{row.state}", subject=row.id, facts=facts)


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Set a notice aside; it can be sent again by hand."""
    row = session.get_one(NoticeRow, payload["notice"], with_for_update=True)
    row.state, row.ended = "dead", clock.now()
    row.reason = reason_of(error)
    facts = {"webhook": row.webhook_id, "event": row.event}
    record(session, SYSTEM, "notice.dead", subject=row.id, facts=facts)


def reason_of(error: str) -> str:
    """Return what people are told of a failed attempt; a fault of ours stays in the log.

    Examples
    --------
    >>> reason_of("UnreachableError: hooks.example.com answered 500.")
    'hooks.example.com answered 500.'
    >>> reason_of("KeyError: 'x'")
    'It could not be sent.'
    """
    kind, _, message = error.partition(": ")
    return message[:500] if kind == UnreachableError.__name__ else "It could not be sent."


SEND_WEBHOOK = JobKind(
    SEND, "Sends a notice to a webhook.", work, apply, give_up, attempts=_ATTEMPTS
)
