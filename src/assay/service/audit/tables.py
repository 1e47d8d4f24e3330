"""The log of actions, in the database of what they did."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class EntryRow(Base):
    """One entry: the line is what counts, the other columns find it."""

    __tablename__ = "audit_entries"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[str] = mapped_column(Text)
    moment: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(100), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)


class TipRow(Base):
    """Where the log ends: one row, locked by whoever writes the next entry."""

    __tablename__ = "audit_tip"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
