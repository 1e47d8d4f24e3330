"""Fusing by counting votes: one vote each, or weighted; and what the others say of each one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots
from assay.consensus.method import FusionMethod, NoParameters, Opinion, expected_votes
from assay.errors import ParameterError


@dataclass(frozen=True)
class WeightedVoting:
    """Settings of weighted voting.

    Parameters
    ----------
    weights
        One number of 0 or more per annotator, in their order; empty to weigh each by the mean IoU
        with the majority of the others.
    """

    weights: tuple[float, ...] = ()


def fuse_by_majority(ballots: Ballots, parameters: NoParameters = NoParameters()) -> Opinion:  # noqa: B008 - a frozen value
    """Give each pattern the shares of its votes.

    Examples
    --------
    >>> votes = np.array([[0, 0, 1]], np.int16)
    >>> ballots = Ballots(votes, np.array([9]), np.array([1, 2], np.uint16))
    >>> fuse_by_majority(ballots).posterior.round(3).tolist()
    [[0.667, 0.333]]
    """
    del parameters
    return _opinion(ballots, ballots.shares)


def fuse_by_weight(ballots: Ballots, parameters: WeightedVoting = WeightedVoting()) -> Opinion:
    """Give each pattern the shares of its votes, each annotator's vote times a weight.

    Raises
    ------
    ParameterError
        When weights are negative, not finite, all zero, or not one per annotator.

    Examples
    --------
    >>> votes = np.array([[0, 1, 1]], np.int16)
    >>> ballots = Ballots(votes, np.array([9]), np.array([1, 2], np.uint16))
    >>> fuse_by_weight(ballots, WeightedVoting((3, 1, 1))).posterior.tolist()
    [[0.6, 0.4]]
    """
    weights = _checked(parameters.weights, ballots.annotators) or agreement_with_others(ballots)
    heard = np.zeros(ballots.shares.shape)
    rows = np.arange(len(ballots.counts))
    for votes, weight in zip(ballots.votes.T, weights, strict=True):
        there = votes >= 0
        heard[rows[there], votes[there]] += weight
    total = heard.sum(axis=1, keepdims=True)
    # Where those who vote weigh nothing, they count alike: a vote is better than none.
    return _opinion(ballots, np.divide(heard, total, out=ballots.shares.copy(), where=total > 0))


def others_majority(ballots: Ballots) -> NDArray[np.int16]:
    """Return what most of the others say, for each pattern and annotator.

    Returns
    -------
    int16, shape (patterns, annotators): places in ``symbols``; -1 where the others are tied or
    nobody else votes.
    """
    rows = np.arange(len(ballots.counts))
    majority = np.full(ballots.votes.shape, -1, np.int16)
    for annotator, votes in enumerate(ballots.votes.T):
        tally = ballots.tally.copy()
        there = votes >= 0
        tally[rows[there], votes[there]] -= 1
        most = tally.max(axis=1, initial=0)
        alone = (tally == most[:, np.newaxis]).sum(axis=1) == 1
        sure = alone & (most > 0)
        majority[sure, annotator] = tally[sure].argmax(axis=1)
    return majority


def agreement_with_others(ballots: Ballots) -> tuple[float, ...]:
    """Return each annotator's mean IoU with the majority of the others, over symbols in either.

    0 for one of whom the others say nothing.
    """
    others = others_majority(ballots)
    return tuple(
        _mean_iou(ballots.votes[:, annotator], others[:, annotator], ballots)
        for annotator in range(ballots.annotators)
    )


def _mean_iou(votes: NDArray[np.int16], truth: NDArray[np.int16], ballots: Ballots) -> float:
    seen = (votes >= 0) & (truth >= 0)
    size = ballots.symbols.size
    joint = np.bincount(
        truth[seen].astype(np.int64) * size + votes[seen],
        weights=ballots.counts[seen],
        minlength=size * size,
    ).reshape(size, size)
    both = np.diagonal(joint)
    either = joint.sum(axis=0) + joint.sum(axis=1) - both
    there = either > 0
    return float((both[there] / either[there]).mean()) if there.any() else 0.0


def _opinion(ballots: Ballots, shares: NDArray[np.float64]) -> Opinion:
    """Return shares as an opinion; skill is counted against the winners, ties shared."""
    most = shares.max(axis=1, keepdims=True)
    winners = (shares >= most - 1e-12) & (most > 0)
    truth = winners / np.maximum(winners.sum(axis=1, keepdims=True), 1)
    pixels = ballots.counts.astype(np.float64)
    total = pixels @ truth
    prior = total / max(1.0, float(total.sum()))
    return Opinion(shares, expected_votes(ballots, truth, pixels), prior)


def _checked(weights: tuple[float, ...], annotators: int) -> tuple[float, ...]:
    if not weights:
        return ()
    if len(weights) != annotators:
        raise ParameterError(f"{len(weights)} weights for {annotators} annotators. Give one each.")
    if not all(np.isfinite(weight) and weight >= 0 for weight in weights) or not any(weights):
        raise ParameterError(
            f"The weights are {', '.join(map(str, weights))}; give numbers of 0 or more, at least "
            "one above 0."
        )
    return weights


MAJORITY = FusionMethod(
    name="majority",
    summary="Each pixel gets the class with most votes.",
    advice="""\
One annotator, one vote. It needs no model, cannot run away, and is hard to beat with seven
annotators of like skill.

The uncertainty of a pixel is the share of votes against its class. With two annotators every
disagreement is a tie; with an even number many are. What becomes of ties is the plan's `ties`, and
the report counts them.
""",
    fuse=fuse_by_majority,
)

WEIGHTED = FusionMethod(
    name="weighted",
    summary="Each pixel gets the class with the largest sum of weights.",
    advice="""\
As a majority, but some count for more. Give weights where you know them, say from a pilot:
`--weights northlight=2,quickmask=0.5`. Without any, an annotator's weight is the mean IoU with the
majority of the others, over all images: whoever stands apart counts for less.

One weight serves all classes. Where an annotator is good at cars and poor at poles,
`dawid-skene` sees that.
""",
    fuse=fuse_by_weight,
    parameters=WeightedVoting,
)
