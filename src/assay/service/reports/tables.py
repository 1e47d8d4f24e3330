"""Reports that were asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class ReportRow(Base):
    """One report; ``html`` and ``json`` are blobs once ``state`` is ``done``.

    ``told`` is what lists show of it; ``reason`` says why there is none where it failed.
    """

    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10))
    told: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(String(64))
    json: Mapped[str | None] = mapped_column(String(64))
    asked_by: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
    ended: Mapped[datetime | None]
