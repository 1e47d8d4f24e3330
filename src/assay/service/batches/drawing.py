"""What a draw needs to know, gathered from the database, and what it drew, written down.

The draw itself is :func:`assay.sampling.work_packages.draw_package`; this file gives it the stream,
the gold and the memory of what was given to whom.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assay.sampling.work_packages import (
    GoldImage,
    PackageImage,
    Role,
    StreamImage,
    alias_of,
    draw_package,
)
from assay.service import clock
from assay.service.batches import store
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.gold.tables import ExposureRow, GoldRow
from assay.service.ids import new_id
from assay.service.problems import ConflictError
from assay.sourcing.policy import QualityPolicy


@dataclass(frozen=True)
class Drawn:
    """Images that were drawn, and the gold among them by image."""

    images: Sequence[PackageImage]
    gold: dict[str, GoldRow]

    @property
    def hidden(self) -> int:
        """How many of the images are gold."""
        return sum(image.role is Role.GOLD for image in self.images)


def draw_batch(session: Session, batch: BatchRow, *, size: int) -> Drawn:
    """Draw the images of a batch from its tier's stream, with hidden gold among them."""
    policy = QualityPolicy(**batch.policy)
    return _draw(session, batch, size=size, gold_share=policy.gold_share, seed=batch.seed)


def draw_addition(session: Session, batch: BatchRow, *, redone: int) -> Drawn:
    """Draw fresh gold for a round of rework, and the honest images that it hides in.

    A vendor knows which names are new, so a new image is gold no likelier than any of the first
    round was.
    """
    policy = QualityPolicy(**batch.policy)
    if not policy.gold_share:
        return Drawn((), {})
    hidden = max(1, round(redone * policy.gold_share))
    size = math.ceil(hidden / policy.gold_share)
    # Both summands are stored with the batch, so that this draw, too, can be repeated.
    return _draw(session, batch, size=size, gold_share=hidden / size, seed=batch.seed + batch.round)


def _draw(session: Session, batch: BatchRow, *, size: int, gold_share: float, seed: int) -> Drawn:
    given = store.given(session, batch.project_id)
    group = store.groups(session).get(batch.vendor_id, batch.vendor_id)
    spent = store.piloted(session, batch.project_id, group)
    stream = [
        StreamImage(
            key=key,
            stratum=stratum,
            groups=given.groups.get(key, frozenset()),
            overlap=key in given.overlap,
        )
        for key, stratum in store.stream(session, batch.project_id, batch.tier)
    ]
    gold = {
        asset.id: (
            row,
            GoldImage(asset.id, row.stratum, given.groups.get(asset.id, frozenset())),
        )
        for row, asset in store.gold_in_force(session, batch.project_id, batch.ontology_id)
        if asset.tier == batch.tier and asset.id not in spent
    }
    images = draw_package(
        stream,
        [image for _, image in gold.values()],
        group=group,
        size=size,
        gold_share=gold_share,
        redundancy=QualityPolicy(**batch.policy).redundancy,
        seed=seed,
    )
    return Drawn(images, {key: row for key, (row, _) in gold.items()})


def choose_same(session: Session, batch: BatchRow, identifiers: Sequence[str]) -> Drawn:
    """Choose named images, the same for every vendor of a pilot; what is gold of them is scored.

    Raises
    ------
    ConflictError
        When the vendor's group has got one of them before.
    """
    assets = store.assets_by_id(session, batch.project_id, list(identifiers))
    given = store.given(session, batch.project_id)
    group = store.groups(session).get(batch.vendor_id, batch.vendor_id)
    seen = [asset.name for asset in assets if group in given.groups.get(asset.id, frozenset())]
    if seen:
        raise ConflictError(
            f"{len(seen)} of the images were given to this vendor's group before, {seen[0]} among "
            "them. Nobody is shown an image twice; choose others."
        )
    gold = {
        asset.id: row
        for row, asset in store.gold_in_force(session, batch.project_id, batch.ontology_id)
    }
    images = [
        PackageImage(
            asset.id,
            alias_of(asset.id, seed=batch.seed),
            Role.GOLD if asset.id in gold else Role.OVERLAP,
        )
        for asset in assets
    ]
    return Drawn(sorted(images, key=lambda image: image.alias), gold)


def write_down(session: Session, batch: BatchRow, drawn: Drawn) -> None:
    """Add what was drawn to a batch's present round, and its gold to the ledger of exposures."""
    first = sum(store.counts(session, batch.id).values())
    for place, image in enumerate(drawn.images, first):
        is_gold = image.role is Role.GOLD
        session.add(
            BatchItemRow(
                id=new_id("itm"),
                batch_id=batch.id,
                asset_id=image.key,
                alias=image.alias,
                place=place,
                role=image.role.value,
                gold_id=drawn.gold[image.key].id if is_gold else None,
                round=batch.round,
            )
        )
        if is_gold:
            session.add(
                ExposureRow(
                    vendor_id=batch.vendor_id,
                    asset_id=image.key,
                    batch_id=batch.id,
                    created=clock.now(),
                )
            )
    session.flush()
