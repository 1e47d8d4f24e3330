"""Queries about webhooks and their notices."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.service.problems import there
from assay.service.webhooks.tables import NoticeRow, WebhookRow


def webhooks(project_id: str) -> Select[WebhookRow]:
    """Select the webhooks of a project that were not removed."""
    return select(WebhookRow).where(
        WebhookRow.project_id == project_id, WebhookRow.removed.is_(None)
    )


def webhook(
    session: Session, project_id: str, identifier: str, *, lock: bool = False
) -> WebhookRow:
    """Return a webhook of a project."""
    query = webhooks(project_id).where(WebhookRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "webhook")


def notices(webhook_id: str) -> Select[NoticeRow]:
    """Select what was put into the queue for a webhook."""
    return select(NoticeRow).where(NoticeRow.webhook_id == webhook_id)


def notice(session: Session, webhook_id: str, identifier: str) -> NoticeRow:
    """Return a notice of a webhook, locked until the transaction ends."""
    query = notices(webhook_id).where(NoticeRow.id == identifier).with_for_update()
    return there(session.scalar(query), "notice")
