"""Stored files that nothing refers to any more."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class UnneededRow(Base):
    """A file that housekeeping found nothing to refer to, each time since ``since``."""

    __tablename__ = "unneeded_files"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
