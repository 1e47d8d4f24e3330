"""Webhooks, and what was sent to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class WebhookRow(Base):
    """Where a project's events are sent; ``sealed`` is the blob of its address and its secret.

    It is empty once the webhook was removed. ``host`` is all of the address that is ever shown: a
    chat channel's is a secret by itself.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    host: Mapped[str] = mapped_column(String(300))
    form: Mapped[str] = mapped_column(String(10))
    events: Mapped[list[str]]
    active: Mapped[bool]
    removed: Mapped[datetime | None]
    sealed: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
    version: Mapped[int]


class NoticeRow(Base):
    """One event for one webhook: ``waiting`` until it is ``sent``, ``dead`` or ``dropped``."""

    __tablename__ = "webhook_notices"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"), index=True)
    event: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), index=True)
    status: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))
    round: Mapped[int]
    job_id: Mapped[str | None] = mapped_column(String(64))
    occurred: Mapped[datetime]
    ended: Mapped[datetime | None]
