"""Gold: versions of right labels, and who has been shown them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class GoldRow(Base):
    """Right labels of an image, in one version; ``labels`` is a run cache among the blobs.

    ``state`` is ``proposed`` by one expert, ``active`` once a second agreed, or ``retired``.
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
    created: Mapped[datetime]
    version: Mapped[int]


class ExposureRow(Base):
    """A gold image that was shown to a vendor: once, and never again."""

    __tablename__ = "gold_exposures"

    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    created: Mapped[datetime]
