"""How far each annotator is to be trusted, from what the method expects and from the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.consensus.fusing import Consensus
from assay.labels import LabelMap
from assay.metrics.patterns import PatternMap

#: Columns of counts: pixels on which both say the symbol, the truth says it, the annotator does.
BOTH, TRUE, VOTED = range(3)


@dataclass(frozen=True)
class ClassSkill:
    """An annotator's estimated skill in one class.

    Parameters
    ----------
    index
        Ontology index.
    sensitivity
        Share of the class's pixels that the annotator gives it; NaN where there are none.
    precision
        Share of the pixels that the annotator gives the class that are of it; NaN likewise.
    true_px
        Pixels taken to be of the class in images that the annotator labelled: what the
        sensitivity was estimated from.  Expected ones, so not whole.
    voted_px
        Pixels that the annotator gives the class: what the precision was estimated from.
    mistaken_for
        Ontology index that the annotator gives the class's pixels most often instead; None where
        the annotator makes no mistake in it.
    """

    index: int
    sensitivity: float
    precision: float
    true_px: float
    voted_px: float
    mistaken_for: int | None


def skill_of(consensus: Consensus, annotator: int) -> tuple[ClassSkill, ...]:
    """Return what the method estimates of one annotator, for every symbol that has a vote.

    Examples
    --------
    >>> from assay import LabelClass, Ontology
    >>> from assay.consensus.fusing import FusionPlan, fuse_patterns
    >>> from assay.metrics.patterns import count_patterns
    >>> road = Ontology((LabelClass("road", 1, (128, 64, 128)),))
    >>> maps = [LabelMap.from_dense([row]) for row in ([1, 1, 0], [1, 1, 0], [1, 0, 0])]
    >>> found = fuse_patterns(count_patterns([maps]), road, FusionPlan("majority"))
    >>> [skill.sensitivity for skill in skill_of(found, 2)]
    [1.0, 0.5]
    """
    joint = consensus.opinion.expected[annotator]
    symbols = consensus.ballots.symbols
    return tuple(
        ClassSkill(
            int(index),
            _share(joint[place, place], joint[place].sum()),
            _share(joint[place, place], joint[:, place].sum()),
            float(joint[place].sum()),
            float(joint[:, place].sum()),
            _worst_mistake(joint[place], place, symbols),
        )
        for place, index in enumerate(symbols)
    )


def count_against_others(where: PatternMap, consensus: Consensus) -> NDArray[np.int64]:
    """Count, in one image, each annotator against the majority of the others.

    Returns
    -------
    int64, shape (annotators, symbols, 3), columns ``BOTH``, ``TRUE``, ``VOTED``.  Pixels on which
    the others are tied, or nobody else votes, count nowhere, nor do those that the annotator
    abstains on.
    """
    lengths = np.diff(where.ends, prepend=np.uint32(0)).astype(np.int64)
    patterns, places = np.unique(where.of_stretch, return_inverse=True)
    pixels = np.bincount(places.reshape(-1), weights=lengths).astype(np.float64)
    votes, others = consensus.ballots.votes[patterns], consensus.others[patterns]
    size = consensus.ballots.symbols.size
    return np.array(
        [
            _columns(others[:, annotator], votes[:, annotator], pixels, size)
            for annotator in range(consensus.ballots.annotators)
        ],
        np.int64,
    ).reshape(consensus.ballots.annotators, size, 3)


def count_against_fused(
    fused: LabelMap, maps: Sequence[LabelMap | None], consensus: Consensus
) -> NDArray[np.int64]:
    """Count, in one image, each annotator's map against the fused one.

    Returns
    -------
    int64, shape (annotators, symbols, 3), as :func:`count_against_others`; zeros where the
    annotator has no map.
    """
    symbols = consensus.ballots.symbols.astype(np.int64)
    # Symbols that no vote was for, where an annotator abstains, share one place beyond the others.
    place = np.full(1 + int(max(map(_highest, (fused, *maps)))), symbols.size, np.int64)
    known = symbols[symbols < place.size]
    place[known] = np.arange(known.size)
    size = place.size
    counts = np.zeros((len(maps), symbols.size, 3), np.int64)
    for annotator, found in enumerate(maps):
        if found is None:
            continue
        flat = np.zeros(size * size, np.int64)
        kernels.pairs.count_pairs(fused.ends, fused.values, found.ends, found.values, size, flat)
        joint = np.zeros((symbols.size + 1, symbols.size + 1), np.int64)
        np.add.at(joint, (place[:, np.newaxis], place[np.newaxis, :]), flat.reshape(size, size))
        square = joint[:-1, :-1]
        counts[annotator] = np.stack(
            [np.diagonal(square), square.sum(axis=1), square.sum(axis=0)], axis=1
        )
    return counts


def _columns(
    truth: NDArray[np.int16], votes: NDArray[np.int16], pixels: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    seen = (truth >= 0) & (votes >= 0)
    joint = np.bincount(
        truth[seen].astype(np.int64) * size + votes[seen],
        weights=pixels[seen],
        minlength=size * size,
    ).reshape(size, size)
    return np.stack([np.diagonal(joint), joint.sum(axis=1), joint.sum(axis=0)], axis=1)


def _highest(found: LabelMap | None) -> int:
    return 0 if found is None else int(found.values.max())


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _worst_mistake(row: NDArray[np.float64], place: int, symbols: NDArray[np.uint16]) -> int | None:
    others = np.where(np.arange(row.size) == place, 0.0, row)
    return int(symbols[others.argmax()]) if others.any() else None
