"""Pilots, and awards."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class PilotRow(Base):
    """The same images for several vendors; each has a batch of its own with this pilot's id.

    ``state`` is ``drawn``, ``sent``, ``judging`` or ``judged``. ``found`` is what the judgement
    came to, ``report`` the blobs of its page, document and table by kind.
    """

    __tablename__ = "pilots"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(40))
    seed: Mapped[str] = mapped_column(String(20))
    assets: Mapped[list[str]]
    state: Mapped[str] = mapped_column(String(10))
    found: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]
    judged: Mapped[datetime | None]
    due: Mapped[datetime | None]
    created: Mapped[datetime]
    version: Mapped[int]


class AwardRow(Base):
    """A vendor may do production work of a project, until the award is revoked.

    ``pilot_id`` is None where an admin signed for it without a pilot; ``evidence`` is what was
    known when it was made.
    """

    __tablename__ = "awards"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    pilot_id: Mapped[str | None] = mapped_column(ForeignKey("pilots.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]]
    awarded_by: Mapped[str] = mapped_column(String(64))
    awarded: Mapped[datetime]
    revoked: Mapped[datetime | None]
