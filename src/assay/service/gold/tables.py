"""Gold: versions of right labels, and who has been shown them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class ProposalRow(Base):
    """An archive of labels that an expert holds to be right; ``state`` as of an import."""

    __tablename__ = "gold_proposals"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    ontology_id: Mapped[str] = mapped_column(ForeignKey("ontologies.id"))
    blob: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(300))
    format: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    proposed: Mapped[int]
    agreed: Mapped[int]
    known: Mapped[int]
    findings: Mapped[list[dict[str, Any]]]
    proposed_by: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
    ended: Mapped[datetime | None]


class GoldRow(Base):
    """Right labels of an image, in one version; ``labels`` is a run cache among the blobs.

    ``state`` is ``proposed`` by one expert, ``replaced`` where other labels were proposed instead,
    ``active`` once a second expert agreed, or ``retired``. ``alike`` is the share of pixels that
    are as in the version which it replaced.
    """

    __tablename__ = "gold"
    __table_args__ = (UniqueConstraint("asset_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), index=True)
    ontology_id: Mapped[str] = mapped_column(ForeignKey("ontologies.id"))
    number: Mapped[int]
    labels: Mapped[str] = mapped_column(String(64))
    label_digest: Mapped[str] = mapped_column(String(64))
    stratum: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(12), index=True)
    proposed_by: Mapped[str] = mapped_column(String(64))
    settled_by: Mapped[str | None] = mapped_column(String(64))
    alike: Mapped[float | None]
    created: Mapped[datetime]
    version: Mapped[int]


class ExposureRow(Base):
    """An image that a vendor has been shown as gold, or before it became gold: never again."""

    __tablename__ = "gold_exposures"

    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    created: Mapped[datetime]


class BlindScoreRow(Base):
    """What a vendor's first labels of an image scored that became gold only afterwards.

    The vendor had no reason to think it gold, so such scores say what its ordinary work is like.
    """

    __tablename__ = "blind_scores"

    version_id: Mapped[str] = mapped_column(ForeignKey("item_versions.id"), primary_key=True)
    gold_id: Mapped[str] = mapped_column(ForeignKey("gold.id"), index=True)
    score: Mapped[float]
    severe: Mapped[int]
    created: Mapped[datetime]
