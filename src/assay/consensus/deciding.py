"""From chances to labels: the likeliest class wins, and ties follow a stated rule."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots
from assay.consensus.method import Opinion
from assay.consensus.voting import agreement_with_others
from assay.labels import Ontology
from assay.labels.ontology import UNLABELLED

#: What becomes of a tie: the class of the annotator with the higher skill, or no class, or void.
Ties = Literal["skill", "unlabelled", "void"]

#: Values of :attr:`Decision.tie`.
CLEAR, BY_SKILL, LEFT_OPEN = range(3)

#: Chances that differ by less are equal; the rest is rounding.
_EQUAL = 1e-9


@dataclass(frozen=True, eq=False)
class Decision:
    """What each pattern becomes.

    Parameters
    ----------
    labels
        uint16, shape (patterns,): ontology index.
    uncertainty
        float64, shape (patterns,): one less the chance of the winner; 1 where nobody votes.
    tie
        uint8, shape (patterns,): ``CLEAR``, ``BY_SKILL`` or ``LEFT_OPEN``.
    rival
        int16, shape (patterns,): place of the symbol that most others vote for, -1 for none.
    """

    labels: NDArray[np.uint16]
    uncertainty: NDArray[np.float64]
    tie: NDArray[np.uint8]
    rival: NDArray[np.int16]


def decide(
    ballots: Ballots,
    opinion: Opinion,
    ontology: Ontology,
    *,
    ties: Ties = "skill",
    raw_votes: NDArray[np.uint16] | None = None,
) -> Decision:
    """Give each pattern the likeliest of the symbols that somebody voted for.

    A tie goes, by default, to the symbol of the annotator who agrees best with the majority of the
    others; where annotators of equal skill stand on both sides, as two annotators always do, the
    pattern stays unlabelled.  It never goes to one class because of its number.

    Parameters
    ----------
    ballots, opinion
        Votes, and what a method makes of them.
    ontology
        Says which index is void.
    ties
        The rule; with ``"void"`` what skill does not decide becomes void where the ontology has
        one, else unlabelled.  ``"unlabelled"`` and ``"void"`` ask nobody's skill.
    raw_votes
        Votes before abstentions, by which pixels that all call void stay void.

    Examples
    --------
    >>> from assay import LabelClass
    >>> from assay.consensus.voting import fuse_by_majority
    >>> classes = Ontology((LabelClass("a", 1, (9, 0, 0)), LabelClass("b", 2, (0, 9, 0))))
    >>> votes = np.array([[0, 0], [0, 1]], np.int16)
    >>> ballots = Ballots(votes, np.array([9, 9]), np.array([1, 2], np.uint16))
    >>> decide(ballots, fuse_by_majority(ballots), classes).labels.tolist()
    [1, 0]
    """
    patterns = np.arange(len(ballots.counts))
    chances = np.where(ballots.tally > 0, opinion.posterior, -1.0)
    if not ballots.symbols.size:
        return _nothing(ballots, ontology, raw_votes)
    winner = chances.argmax(axis=1)
    best = chances[patterns, winner]
    tied = (chances >= best[:, np.newaxis] - _EQUAL) & (ballots.tally > 0)
    tie = np.zeros(len(patterns), np.uint8)
    labels = ballots.symbols[winner].astype(np.uint16)
    open_index = ontology.first_void if ties == "void" and ontology.void_ids else UNLABELLED
    open_patterns = np.flatnonzero(tied.sum(axis=1) > 1)
    if open_patterns.size:
        tie[open_patterns], labels[open_patterns] = LEFT_OPEN, open_index
        if ties == "skill":
            skills = np.array(agreement_with_others(ballots))
            symbol = _by_skill(ballots.votes[open_patterns], tied[open_patterns], skills)
            clear = symbol >= 0
            tie[open_patterns[clear]] = BY_SKILL
            labels[open_patterns[clear]] = ballots.symbols[symbol[clear]]
    silent = ballots.voters == 0
    labels[silent] = _of_silence(raw_votes, ontology, silent)
    uncertainty = np.clip(1 - opinion.posterior[patterns, winner], 0, 1)
    uncertainty[silent] = 1
    return Decision(labels, uncertainty, tie, _rivals(ballots, winner))


def _by_skill(
    votes: NDArray[np.int16], tied: NDArray[np.bool_], skills: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the tied symbol of the most skilled voters, -1 where they stand on both sides."""
    sides = (votes >= 0) & np.take_along_axis(tied, np.maximum(votes, 0), axis=1)
    best = np.where(sides, skills, -1.0).max(axis=1, keepdims=True)
    heard = sides & (skills >= best - _EQUAL)
    lowest = np.where(heard, votes, np.int64(tied.shape[1])).min(axis=1)
    highest = np.where(heard, votes, np.int64(-1)).max(axis=1)
    return np.where(lowest == highest, lowest, -1)


def _rivals(ballots: Ballots, winner: NDArray[np.intp]) -> NDArray[np.int16]:
    tally = ballots.tally.copy()
    tally[np.arange(len(tally)), winner] = 0
    return np.where(tally.max(axis=1) > 0, tally.argmax(axis=1), -1).astype(np.int16)


def _of_silence(
    raw_votes: NDArray[np.uint16] | None, ontology: Ontology, silent: NDArray[np.bool_]
) -> NDArray[np.uint16]:
    """Return void where somebody who abstained said void, else unlabelled."""
    labels = np.full(int(silent.sum()), UNLABELLED, np.uint16)
    if raw_votes is None:
        return labels
    votes = raw_votes[silent]
    void = (votes >= ontology.first_void) & (votes < ontology.size)
    lowest = np.where(void, votes, np.uint16(ontology.size)).min(axis=1)
    return np.where(void.any(axis=1), lowest, labels).astype(np.uint16)


def _nothing(
    ballots: Ballots, ontology: Ontology, raw_votes: NDArray[np.uint16] | None
) -> Decision:
    """Return the decision where nobody votes anywhere."""
    silent = np.ones(len(ballots.counts), np.bool_)
    return Decision(
        _of_silence(raw_votes, ontology, silent),
        np.ones(silent.size),
        np.zeros(silent.size, np.uint8),
        np.full(silent.size, -1, np.int16),
    )
