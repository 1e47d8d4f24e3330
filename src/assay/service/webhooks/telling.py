"""Putting events where they will be sent from: in the transaction in which they happen."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.ids import new_id
from assay.service.jobs.queue import enqueue
from assay.service.webhooks.events import BY_ACTION
from assay.service.webhooks.tables import NoticeRow, WebhookRow

#: Name of the kind of job that sends a notice.
SEND = "send-webhook"


def tell(session: Session, action: str, subject: str) -> None:
    """Tell the webhooks that subscribed to it what was done, once it is committed.

    Parameters
    ----------
    session
        The transaction in which it was done.
    action, subject
        As the log names them.
    """
    event = BY_ACTION.get(action)
    if event is None:
        return
    told = event.read(session, subject)
    for webhook in _listening(session, told.project, event.name):
        put(session, webhook, event.name, subject=subject, text=told.words)


def put(session: Session, webhook: WebhookRow, event: str, *, subject: str, text: str) -> NoticeRow:
    """Put a notice for a webhook into the queue."""
    row = NoticeRow(
        id=new_id("ntc"),
        webhook_id=webhook.id,
        event=event,
        subject=subject,
        text=text,
        state="waiting",
        status=None,
        reason="",
        round=0,
        job_id=None,
        occurred=clock.now(),
        ended=None,
    )
    session.add(row)
    send_again(session, row)
    return row


def send_again(session: Session, row: NoticeRow) -> None:
    """Queue a notice, for the first time or once more."""
    row.round += 1
    row.state, row.reason, row.ended = "waiting", "", None
    session.flush()
    row.job_id = enqueue(
        session,
        SEND,
        key=f"{SEND} {row.id} {row.round}",
        # Webhooks take turns: one that does not answer keeps no other waiting.
        organisation=row.webhook_id,
        payload={"notice": row.id},
    )


def _listening(session: Session, project_id: str, event: str) -> Iterator[WebhookRow]:
    query = select(WebhookRow).where(WebhookRow.project_id == project_id, WebhookRow.active)
    rows = session.scalars(query.order_by(WebhookRow.created, WebhookRow.id))
    yield from (row for row in rows.all() if event in row.events)
