"""Votes made ready for fusing: who votes for what, with void and unlabelled as the plan says."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.labels import Ontology
from assay.labels.ontology import UNLABELLED
from assay.metrics.patterns import ABSENT, VotePatterns

#: What a pixel that an annotator left unlabelled, or called void, says: it is a vote like one for
#: a class, or the annotator abstains.
Voting = Literal["vote", "abstain"]


@dataclass(frozen=True, eq=False)
class Ballots:
    """Vote patterns with votes as places in the list of indexes that were voted for.

    Parameters
    ----------
    votes
        int16, shape (patterns, annotators): places in ``symbols``, -1 where there is no vote.
    counts
        int64, shape (patterns,): pixels.
    symbols
        uint16, shape (symbols,): ontology indexes that have at least one vote, in order.

    Examples
    --------
    Two annotators; the second left one pixel out, and has no map of another image:

    >>> from assay import LabelClass
    >>> road = Ontology((LabelClass("road", 1, (128, 64, 128)),))
    >>> votes = np.array([[1, 0], [1, 1], [1, ABSENT]], np.uint16)
    >>> patterns = VotePatterns(votes, np.array([1, 7, 8]))
    >>> cast_ballots(patterns, road).votes.tolist()
    [[1, 0], [1, 1], [1, -1]]
    >>> cast_ballots(patterns, road, unlabelled="abstain").votes.tolist()
    [[0, -1], [0, 0], [0, -1]]
    """

    votes: NDArray[np.int16]
    counts: NDArray[np.int64]
    symbols: NDArray[np.uint16]

    @property
    def annotators(self) -> int:
        """Number of annotators."""
        return int(self.votes.shape[1])

    @cached_property
    def tally(self) -> NDArray[np.int64]:
        """Votes for each symbol, shape (patterns, symbols)."""
        tally = np.zeros((len(self.counts), self.symbols.size), np.int64)
        rows = np.arange(len(self.counts))
        for votes in self.votes.T:
            there = votes >= 0
            tally[rows[there], votes[there]] += 1
        return tally

    @cached_property
    def voters(self) -> NDArray[np.int64]:
        """Number of annotators who vote, shape (patterns,)."""
        return np.asarray((self.votes >= 0).sum(axis=1))

    @cached_property
    def agreed(self) -> NDArray[np.bool_]:
        """Patterns in which nobody contradicts, one voter included, shape (patterns,)."""
        return np.asarray((self.voters > 0) & (self.tally.max(axis=1, initial=0) == self.voters))

    @cached_property
    def contested(self) -> NDArray[np.bool_]:
        """Patterns in which two annotators say different things, shape (patterns,)."""
        return np.asarray((self.voters > 0) & ~self.agreed)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """Votes for each symbol as shares of the votes cast; 0 where nobody votes."""
        return self.tally / np.maximum(self.voters, 1)[:, np.newaxis]


def cast_ballots(
    patterns: VotePatterns,
    ontology: Ontology,
    *,
    unlabelled: Voting = "vote",
    void: Voting = "vote",
) -> Ballots:
    """Turn vote patterns into ballots.

    Parameters
    ----------
    patterns
        Counted over maps that hold indexes of the ontology, or :data:`ABSENT`.
    ontology
        Says which indexes are void.
    unlabelled, void
        Whether such a pixel is a vote, or its annotator abstains.  Each void id is a vote of its
        own.
    """
    no_vote = patterns.votes == ABSENT
    if unlabelled == "abstain":
        no_vote |= patterns.votes == UNLABELLED
    if void == "abstain":
        no_vote |= patterns.votes >= ontology.first_void
    symbols = np.unique(patterns.votes[~no_vote])
    votes = np.searchsorted(symbols, patterns.votes).astype(np.int16)
    votes[no_vote] = -1
    votes.setflags(write=False)
    return Ballots(votes, patterns.counts, symbols)


def one_against_rest(ballots: Ballots, symbol: int) -> tuple[Ballots, NDArray[np.intp]]:
    """Return the ballots with one symbol against all others, and the new pattern of each old one.

    For methods that know two classes: binary STAPLE of every class in turn, for example.

    Parameters
    ----------
    ballots
        Votes for any number of symbols.
    symbol
        Its place in ``symbols``; it becomes symbol 1, all others symbol 0.

    Examples
    --------
    >>> votes = np.array([[0, 1], [0, 2], [2, 2]], np.int16)
    >>> two, of = one_against_rest(Ballots(votes, np.array([5, 6, 7]), np.arange(3)), 2)
    >>> two.votes.tolist(), two.counts.tolist(), of.tolist()
    ([[0, 0], [0, 1], [1, 1]], [5, 6, 7], [0, 1, 2])
    """
    said = np.where(ballots.votes < 0, -1, ballots.votes == symbol).astype(np.int16)
    # Digits of a number in base 3; beyond 39 annotators rows are compared instead.
    if ballots.annotators <= 39:
        codes = (said.astype(np.int64) + 1) @ 3 ** np.arange(ballots.annotators, dtype=np.int64)[
            ::-1
        ]
        _, first, of_pattern = np.unique(codes, return_index=True, return_inverse=True)
    else:
        _, first, of_pattern = np.unique(said, axis=0, return_index=True, return_inverse=True)
    of_pattern = of_pattern.reshape(-1)
    pixels = np.bincount(of_pattern, weights=ballots.counts).astype(np.int64)
    return Ballots(said[first], pixels, np.arange(2, dtype=np.uint16)), of_pattern
