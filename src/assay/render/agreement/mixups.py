"""Which values annotators mix up: the coincidence matrix as a reader sees it."""

import math
from dataclasses import dataclass

import numpy as np

from assay.report.agreement import AgreementReport

#: More values than this do not fit a page; those that are mixed up most are shown.
MOST_VALUES = 24


@dataclass(frozen=True)
class Mixup:
    """Two values that annotators give the same pixels.

    Parameters
    ----------
    one, other
        Names of the values; the rarer one first.
    share
        Where one annotator says the rarer one, how often another says the other.
    of_all
        Share of all disagreement.
    """

    one: str
    other: str
    share: float
    of_all: float


@dataclass(frozen=True)
class MixupTable:
    """What another annotator says where one says the value of a row; rows sum to 1."""

    names: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    left_out: int


def worst_mixups(report: AgreementReport, *, most: int = 8) -> tuple[Mixup, ...]:
    """Return the pairs of values that are mixed up most, largest first."""
    names = ("unlabelled", *report.ontology.names)
    counts = report.coincidences
    said = counts.sum(axis=1)
    apart = np.triu(counts, 1)
    order = np.argsort(-apart, axis=None, kind="stable")[:most]
    places = zip(*np.unravel_index(order, apart.shape), strict=True)
    found = []
    for first, second in places:
        if apart[first, second]:
            one, other = sorted((int(first), int(second)), key=lambda value: said[value])
            share = float(apart[first, second] / said[one])
            of_all = float(apart[first, second] / apart.sum())
            found.append(Mixup(names[one], names[other], share, of_all))
    return tuple(found)


def mixup_table(report: AgreementReport) -> MixupTable:
    """Return the table of values that occur, in their own order."""
    names = ("unlabelled", *report.ontology.names)
    counts = report.coincidences
    said = counts.sum(axis=1)
    there = np.flatnonzero(said)
    wrong = said - np.diagonal(counts)
    shown = np.sort(there[np.argsort(-wrong[there], kind="stable")][:MOST_VALUES])
    shares = counts[np.ix_(shown, shown)] / said[shown][:, np.newaxis]
    return MixupTable(
        tuple(names[place] for place in shown),
        tuple(tuple(row) for row in shares.tolist()),
        len(there) - len(shown),
    )


def tone_of(share: float, *, same: bool) -> float:
    """Return how much colour a cell gets, 0 to 1; a quarter of a value mixed up is full."""
    if math.isnan(share):
        return 0.0
    return share if same else min(1.0, share / 0.25) ** 0.7
