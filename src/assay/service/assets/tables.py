"""Images of a project."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class AssetRow(Base):
    """One image: as it came (``original``), and as it may leave the house (``outgoing``)."""

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
