"""Decisions about batches."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class DecisionRow(Base):
    """What was decided about a batch in one round, and on what evidence; never changed."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("batch_id", "round"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    round: Mapped[int]
    decision: Mapped[str] = mapped_column(String(12))
    plan_verdict: Mapped[str] = mapped_column(String(12))
    overridden: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]]
    items: Mapped[list[str]]
    decided_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    decided: Mapped[datetime]
