"""The queue, in the application's own database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class JobRow(Base):
    """One job. ``turn`` orders the queue so that organisations take turns."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_queue", "state", "turn"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    organisation: Mapped[str] = mapped_column(String(64), index=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10))
    turn: Mapped[int]
    attempts: Mapped[int]
    not_before: Mapped[datetime]
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_ends: Mapped[datetime | None]
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
