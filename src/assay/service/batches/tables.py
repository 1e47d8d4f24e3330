"""Batches and their items."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class BatchRow(Base):
    """Images that one vendor is to label; its state is one of :mod:`assay.sourcing.lives.batch`.

    ``purpose`` is ``pilot`` or ``production``; ``policy`` is the quality policy of its tier at the
    time when it was drawn; ``package`` is the archive that the vendor takes, once it is packed.
    """

    __tablename__ = "batches"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    pilot_id: Mapped[str | None] = mapped_column(String(64), index=True)
    number: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(12))
    tier: Mapped[str] = mapped_column(String(20))
    guideline_id: Mapped[str] = mapped_column(ForeignKey("guidelines.id"))
    ontology_id: Mapped[str] = mapped_column(ForeignKey("ontologies.id"))
    format: Mapped[str] = mapped_column(String(40))
    policy: Mapped[dict[str, Any]]
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20), index=True)
    round: Mapped[int]
    package: Mapped[str | None] = mapped_column(String(64))
    due: Mapped[datetime | None]
    sent: Mapped[datetime | None]
    created: Mapped[datetime]
    version: Mapped[int]


class VendorGroupRow(Base):
    """A vendor that shares people or owners with others: what one has seen, all have seen.

    A vendor without a row is a group of its own.
    """

    __tablename__ = "vendor_groups"

    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)


class BatchItemRow(Base):
    """One image of a batch, under the name that the vendor sees.

    ``role`` is ``work``, ``gold`` or ``overlap`` (sent to other vendors too); it is never told to a
    vendor. ``gold_id`` is the version of gold that the labels are scored against. ``round`` is the
    round of rework in which the item was last asked for.
    """

    __tablename__ = "batch_items"
    __table_args__ = (
        UniqueConstraint("batch_id", "alias"),
        UniqueConstraint("batch_id", "asset_id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), index=True)
    alias: Mapped[str] = mapped_column(String(64))
    place: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))
    gold_id: Mapped[str | None] = mapped_column(ForeignKey("gold.id"))
    round: Mapped[int]
