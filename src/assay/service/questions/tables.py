"""Questions and what was said about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class QuestionRow(Base):
    """A question of a vendor; its state is one of :mod:`assay.sourcing.lives.question`.

    ``batch_item_id`` is the image that it is about, None for the batch as a whole, and ``region`` a
    box in it. ``due`` is when the vendor should hear; it begins anew when the vendor asks on.
    ``guideline_id`` is the version that the batch is judged by.
    """

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_waiting", "state", "due"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    batch_item_id: Mapped[str | None] = mapped_column(ForeignKey("batch_items.id"))
    guideline_id: Mapped[str] = mapped_column(ForeignKey("guidelines.id"))
    region: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10))
    asked: Mapped[datetime]
    due: Mapped[datetime]
    first_answered: Mapped[datetime | None]
    settled: Mapped[datetime | None]
    version: Mapped[int]


class MessageRow(Base):
    """What one person said about a question; never changed."""

    __tablename__ = "question_messages"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("questions.id"), index=True)
    author: Mapped[str] = mapped_column(ForeignKey("users.id"))
    side: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[datetime]
