"""Images of a project."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class ImportRow(Base):
    """Images that come in together: an archive or image among the blobs, or a folder.

    ``state`` is ``waiting``, ``done`` or ``failed``.
    """

    __tablename__ = "asset_imports"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    blob: Mapped[str | None] = mapped_column(String(64))
    folder: Mapped[str | None] = mapped_column(String(1000))
    file_name: Mapped[str] = mapped_column(String(300))
    tier: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    images: Mapped[int]
    added: Mapped[int]
    known: Mapped[int]
    findings: Mapped[list[dict[str, Any]]]
    created: Mapped[datetime]
    ended: Mapped[datetime | None]


class AssetRow(Base):
    """One image: as it came (``original``), and as it may leave the house (``outgoing``).

    ``strata`` are the groups in which it stands, by name; ``stratum`` is the one that draws keep
    in proportion.
    """

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(500))
    sequence: Mapped[str | None] = mapped_column(String(200))
    original: Mapped[str] = mapped_column(String(64), index=True)
    outgoing: Mapped[str] = mapped_column(String(64))
    thumbnail: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    likeness: Mapped[str] = mapped_column(String(16), index=True)
    duplicate_of: Mapped[str | None] = mapped_column(String(64))
    strata: Mapped[dict[str, Any]]
    tier: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime]
    version: Mapped[int]
