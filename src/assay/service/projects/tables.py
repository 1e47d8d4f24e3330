"""Projects, and the versions of their ontologies and guidelines."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class ProjectRow(Base):
    """One purchase of labels; a question of a vendor is to be answered in ``answer_hours``."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sensitivity: Mapped[str] = mapped_column(String(20))
    countries: Mapped[list[str]]
    currency: Mapped[str] = mapped_column(String(3))
    budget_minor: Mapped[int] = mapped_column(BigInteger)
    deadline: Mapped[datetime | None]
    policies: Mapped[dict[str, Any]]
    answer_hours: Mapped[int] = mapped_column(server_default="24")
    image_encoding: Mapped[str] = mapped_column(String(10), server_default="png")
    created: Mapped[datetime]
    version: Mapped[int]


class OntologyRow(Base):
    """One version of a project's classes; never changed."""

    __tablename__ = "ontologies"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    number: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]


class GuidelineRow(Base):
    """One version of a project's guideline; a draft until it is published, then never changed."""

    __tablename__ = "guidelines"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    number: Mapped[int]
    ontology_id: Mapped[str] = mapped_column(ForeignKey("ontologies.id"))
    text: Mapped[str] = mapped_column(Text)
    published: Mapped[datetime | None]
    created: Mapped[datetime]
    version: Mapped[int]


class WaiverRow(Base):
    """An admin's word that work may be sent out although a guideline leaves blocking gaps."""

    __tablename__ = "guideline_waivers"

    guideline_id: Mapped[str] = mapped_column(ForeignKey("guidelines.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]


class PictureRow(Base):
    """A picture of a class in a version of a guideline: how it is right, or how it is wrong."""

    __tablename__ = "guideline_pictures"
    __table_args__ = (UniqueConstraint("guideline_id", "class_name", "right", "blob"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    guideline_id: Mapped[str] = mapped_column(ForeignKey("guidelines.id"), index=True)
    class_name: Mapped[str] = mapped_column(String(200))
    right: Mapped[bool]
    caption: Mapped[str] = mapped_column(String(200))
    blob: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    created: Mapped[datetime]


class EdgeCaseRow(Base):
    """A case that was settled: what it looks like and what to do; ``question_id`` led to it."""

    __tablename__ = "edge_cases"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    guideline_id: Mapped[str] = mapped_column(ForeignKey("guidelines.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    ruling: Mapped[str] = mapped_column(Text)
    question_id: Mapped[str | None] = mapped_column(String(64), index=True)
    created: Mapped[datetime]
