"""Reviews: who looks, or looked, at which version of an item, and what they found."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class ReviewRow(Base):
    """One look of one person; ``state`` is ``held`` until it ends, then ``given`` or ``let go``.

    ``slot`` is the version and the layer while the review is held or given, so that no two people
    have the same one; a review that was let go gives it up.
    """

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("slot"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    batch_item_id: Mapped[str] = mapped_column(ForeignKey("batch_items.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("item_versions.id"), index=True)
    layer: Mapped[str] = mapped_column(String(15))
    slot: Mapped[str | None] = mapped_column(String(100))
    reviewer: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    held_until: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    score: Mapped[float | None]
    severe: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    regions: Mapped[list[dict[str, Any]]]
    created: Mapped[datetime]
    given: Mapped[datetime | None]
