"""Weekly summaries that were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class SummaryRow(Base):
    """What happened in a week of a project; never changed."""

    __tablename__ = "weekly_summaries"
    __table_args__ = (UniqueConstraint("project_id", "week"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    week: Mapped[str] = mapped_column(String(8))
    document: Mapped[dict[str, Any]]
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime]
