"""What can be done with webhooks, a function each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.problems import ConflictError, check_version
from assay.service.projects import store as projects
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from assay.service.webhooks import store
from assay.service.webhooks.addresses import Fence, Target, check_literal
from assay.service.webhooks.events import plain
from assay.service.webhooks.sealed import Sealed
from assay.service.webhooks.signing import new_secret
from assay.service.webhooks.tables import NoticeRow, WebhookRow
from assay.service.webhooks.telling import put, send_again

#: Each event is sent to each of them.
MOST_WEBHOOKS = 20

#: What a trial is called in the list of notices.
TRIAL = "webhook.tried"


@dataclass(frozen=True)
class Shed:
    """What webhooks need of the service beside the database."""

    blobs: Blobs
    settings: Settings

    def target(self, url: str) -> Target:
        """Read an address, and refuse one that names a place in the house."""
        target = Target.parse(url, http=self.settings.webhook_http)
        check_literal(target, Fence(self.settings.webhook_networks))
        return target


def add(
    session: Session,
    actor: Actor,
    shed: Shed,
    project_id: str,
    *,
    name: str,
    url: str,
    form: str,
    events: list[str],
) -> tuple[WebhookRow, str]:
    """Add a webhook; return it with its secret."""
    projects.project(session, project_id)
    count = select(func.count()).select_from(store.webhooks(project_id).subquery())
    if (session.scalar(count) or 0) >= MOST_WEBHOOKS:
        raise ConflictError(f"A project has at most {MOST_WEBHOOKS} webhooks. Remove one first.")
    target, secret = shed.target(url), new_secret()
    row = WebhookRow(
        id=new_id("whk"),
        project_id=project_id,
        name=name,
        host=target.host,
        form=form,
        events=sorted(set(events)),
        active=True,
        removed=None,
        sealed=Sealed(url, secret).put(shed.blobs),
        created=clock.now(),
        version=1,
    )
    session.add(row)
    facts: dict[str, Fact] = {"project": project_id, "host": row.host, "events": row.events}
    record(session, actor, "webhook.added", subject=row.id, facts=facts)
    return row, secret


def change(
    session: Session,
    actor: Actor,
    shed: Shed,
    project_id: str,
    identifier: str,
    *,
    expected: int,
    changes: dict[str, Any],
) -> WebhookRow:
    """Change a webhook; another address keeps the secret."""
    row = store.webhook(session, project_id, identifier, lock=True)
    check_version(row.version, expected)
    given = dict(changes)
    url = given.pop("url", None)
    if url is not None:
        row.host = shed.target(url).host
        _reseal(row, shed.blobs, Sealed(url, Sealed.get(shed.blobs, row.sealed).secret))
    if "events" in given:
        given["events"] = sorted(set(given["events"]))
    for field, value in given.items():
        setattr(row, field, value)
    row.version += 1
    facts: dict[str, Fact] = {"host": row.host, "events": row.events, "active": row.active}
    record(session, actor, "webhook.changed", subject=row.id, facts=facts)
    return row


def renew_secret(
    session: Session, actor: Actor, shed: Shed, project_id: str, identifier: str
) -> tuple[WebhookRow, str]:
    """Give a webhook another secret; the one before signs nothing any more."""
    row = store.webhook(session, project_id, identifier, lock=True)
    secret = new_secret()
    _reseal(row, shed.blobs, Sealed(Sealed.get(shed.blobs, row.sealed).url, secret))
    row.version += 1
    record(session, actor, "webhook.secret-renewed", subject=row.id)
    return row, secret


def remove(session: Session, actor: Actor, project_id: str, identifier: str) -> None:
    """Remove a webhook: nothing is sent to it any more, what waits included."""
    row = store.webhook(session, project_id, identifier, lock=True)
    row.active, row.removed = False, clock.now()
    # Nothing refers to what was sealed any more, so that housekeeping removes it.
    row.sealed = ""
    record(session, actor, "webhook.removed", subject=row.id)


def try_out(session: Session, actor: Actor, project_id: str, identifier: str) -> NoticeRow:
    """Send a webhook a word, so that somebody sees whether it arrives."""
    row = store.webhook(session, project_id, identifier)
    if not row.active:
        raise ConflictError("The webhook is paused. Make it active first.")
    project = projects.project(session, project_id)
    text = f"{plain(project.name)}: Assay can write here."
    notice = put(session, row, TRIAL, subject=row.id, text=text)
    record(session, actor, TRIAL, subject=row.id)
    return notice


def repeat(
    session: Session, actor: Actor, project_id: str, identifier: str, notice_id: str
) -> NoticeRow:
    """Send a notice again that was set aside or dropped."""
    webhook = store.webhook(session, project_id, identifier)
    row = store.notice(session, webhook.id, notice_id)
    if row.state not in {"dead", "dropped"}:
        raise ConflictError(f"This notice is {row.state}. Only one that is dead can be sent again.")
    if not webhook.active:
        raise ConflictError("The webhook is paused. Make it active first.")
    send_again(session, row)
    record(session, actor, "notice.repeated", subject=row.id, facts={"webhook": webhook.id})
    return row


def _reseal(row: WebhookRow, blobs: Blobs, sealed: Sealed) -> None:
    # What was sealed before is removed by housekeeping: this transaction may be undone.
    row.sealed = sealed.put(blobs)
