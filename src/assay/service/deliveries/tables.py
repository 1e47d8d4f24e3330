"""Uploads, deliveries, and the versions of their items."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class UploadRow(Base):
    """An archive on its way in; ``received`` bytes of ``size`` are durable."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(300))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    received: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    created: Mapped[datetime]
    touched: Mapped[datetime]


class PartRow(Base):
    """A part of an upload: durable bytes from an offset on."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id"), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    size: Mapped[int]
    blob: Mapped[str] = mapped_column(String(64))


class DeliveryRow(Base):
    """An archive for a batch; the same bytes for one batch are one delivery."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("batch_id", "blob"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    number: Mapped[int]
    round: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(300))
    blob: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12), index=True)
    format: Mapped[str | None] = mapped_column(String(40))
    findings: Mapped[list[dict[str, Any]]]
    errors: Mapped[int]
    warnings: Mapped[int]
    items: Mapped[int]
    received: Mapped[datetime]
    judged: Mapped[datetime | None]


class ItemVersionRow(Base):
    """One version of one item's labels: a run cache among the blobs, None where unreadable.

    ``first`` marks the first version of a round: the only one whose gold counts.
    """

    __tablename__ = "item_versions"
    __table_args__ = (UniqueConstraint("batch_item_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), index=True)
    batch_item_id: Mapped[str] = mapped_column(ForeignKey("batch_items.id"), index=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    number: Mapped[int]
    round: Mapped[int]
    first: Mapped[bool]
    labels: Mapped[str | None] = mapped_column(String(64))
    label_digest: Mapped[str | None] = mapped_column(String(64))
    pixels: Mapped[int] = mapped_column(BigInteger)
    objects: Mapped[int]
    vertices: Mapped[int]
    errors: Mapped[int]
    warnings: Mapped[int]
    findings: Mapped[list[dict[str, Any]]]
    suspicion: Mapped[float]
    score: Mapped[float | None]
    severe: Mapped[int | None]
    created: Mapped[datetime]
