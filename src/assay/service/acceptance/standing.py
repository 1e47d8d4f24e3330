"""How a batch stands by its plan: what is known, what to look at next, and the verdict."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assay.sampling.acceptance import Batch, Judgement, Look, judge
from assay.sampling.layers import Layered, layer_reviews
from assay.sampling.order import looking_order
from assay.sampling.terms import AcceptTerms
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries import store as deliveries
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.review import store as reviews
from assay.sourcing.policy import QualityPolicy

#: What an image is worth that is missing or cannot be read.
_WORTHLESS = Look(0.0, 1)


@dataclass(frozen=True)
class Standing:
    """A batch and its plan at this moment.

    Parameters
    ----------
    terms
        What must hold.
    order
        Aliases in the order of looking.
    items, versions
        By alias: the item, and its newest version.
    layers
        By alias: where the review of each readable item that is not gold stands.
    judgement
        What the plan says.
    """

    terms: AcceptTerms
    order: tuple[str, ...]
    items: Mapping[str, BatchItemRow]
    versions: Mapping[str, ItemVersionRow]
    layers: Mapping[str, Layered]
    judgement: Judgement


def standing(session: Session, batch: BatchRow) -> Standing:
    """Judge a batch by all that is known of it.

    Hidden gold counts as items that were looked at: it was drawn at random from the same stream.
    Only its first submission in a round counts, since a second one may follow from the answer to
    the first.
    """
    items = {item.alias: item for item in deliveries.batch_items(session, batch.id)}
    history = deliveries.versions_so_far(session, batch.id)
    versions = {alias: history[item.id][-1] for alias, item in items.items() if item.id in history}
    given = reviews.given(session, batch.id)
    layers = {
        alias: layer_reviews([reviews.verdict_of(row) for row in given.get(version.id, ())])
        for alias, version in versions.items()
        if items[alias].gold_id is None and version.labels is not None
    }
    known = {
        alias: _WORTHLESS
        for alias in items
        if alias not in versions or versions[alias].labels is None
    }
    looks = {alias: layer.look for alias, layer in layers.items() if layer.look is not None}
    for alias, version in versions.items():
        if items[alias].gold_id is not None and alias not in known:
            looks[alias] = _gold_look(history[version.batch_item_id], version)
    terms = AcceptTerms.from_toml(QualityPolicy(**batch.policy).to_accept_toml(seed=batch.seed))
    order = looking_order(
        sorted(alias for alias in items if alias not in known),
        seed=batch.seed,
        digest=_content(versions),
    )
    judgement = judge(Batch(order, looks, known, {}), terms)
    return Standing(terms, order, items, versions, layers, judgement)


def _gold_look(history: list[ItemVersionRow], newest: ItemVersionRow) -> Look:
    first = next(row for row in history if row.round == newest.round and row.first)
    if first.score is None:
        return _WORTHLESS
    return Look(first.score, first.severe)


def _content(versions: Mapping[str, ItemVersionRow]) -> str:
    lines = (f"{alias}\0{version.label_digest}\0" for alias, version in sorted(versions.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
