"""Ties never go to a class because of its number."""

import numpy as np
import pytest

from assay.consensus.ballots import cast_ballots
from assay.consensus.deciding import BY_SKILL, CLEAR, LEFT_OPEN, Decision, Ties, decide
from assay.consensus.voting import fuse_by_majority
from consensus.ballots import patterns
from maps import TINY


def decided(text: str, *, ties: Ties = "skill", void_abstains: bool = False) -> Decision:
    drawn = patterns(text)
    cast = cast_ballots(drawn, TINY, void="abstain" if void_abstains else "vote")
    return decide(cast, fuse_by_majority(cast), TINY, ties=ties, raw_votes=drawn.votes)


def test_the_class_with_most_votes_wins() -> None:
    decision = decided("113 5\n133 5")
    assert decision.labels.tolist() == [1, 3]
    assert decision.tie.tolist() == [CLEAR, CLEAR]
    assert decision.uncertainty == pytest.approx([1 / 3, 1 / 3])


def test_a_tie_of_two_annotators_stays_unlabelled() -> None:
    decision = decided("11 90\n12 5\n21 5\n22 90")
    assert decision.labels.tolist() == [1, 0, 0, 2]
    assert decision.tie.tolist() == [CLEAR, LEFT_OPEN, LEFT_OPEN, CLEAR]


def test_a_tie_goes_to_the_annotator_who_agrees_best_with_the_others() -> None:
    """The fourth is often alone; on the tie 2, 2 against 1, 1 it stands with the second."""
    text = "1111 90\n2222 90\n1112 30\n2221 30\n2121 1\n1212 8\n1122 1\n3123 2"
    decision = decided(text)
    tied = {
        tuple(votes): (int(label), int(tie))
        for votes, label, tie in zip(
            patterns(text).votes.tolist(), decision.labels, decision.tie, strict=True
        )
    }
    assert tied[1, 2, 1, 2] == (1, BY_SKILL)
    assert tied[2, 1, 2, 1] == (2, BY_SKILL)


def test_ties_can_be_left_unlabelled_or_void_whoever_is_skilled() -> None:
    text = "1111 90\n2222 90\n1112 30\n1212 5"
    place = patterns(text).votes.tolist().index([1, 2, 1, 2])
    assert decided(text, ties="unlabelled").labels[place] == 0
    assert decided(text, ties="void").labels[place] == 4
    assert decided(text, ties="void").tie[place] == LEFT_OPEN


def test_where_nobody_votes_the_pixel_is_unlabelled_and_wholly_uncertain() -> None:
    decision = decided("-- 5\n11 5")
    assert decision.labels.tolist() == [1, 0]
    assert decision.uncertainty.tolist() == [0, 1]


def test_void_of_those_who_abstain_stays_void() -> None:
    decision = decided("44 5\n04 5\n14 5", void_abstains=True)
    labels = dict(
        zip(
            map(tuple, patterns("44 5\n04 5\n14 5").votes.tolist()),
            decision.labels.tolist(),
            strict=True,
        )
    )
    assert labels == {(0, 4): 0, (1, 4): 1, (4, 4): 4}


def test_a_class_that_nobody_votes_for_is_never_given() -> None:
    drawn = patterns("11 5\n22 5\n12 5")
    cast = cast_ballots(drawn, TINY)
    opinion = fuse_by_majority(cast)
    opinion.posterior[:] = [0.1, 0.9]  # everything is 2, says a broken method
    decision = decide(cast, opinion, TINY, raw_votes=drawn.votes)
    assert decision.labels[0] == 1
    assert decision.uncertainty[0] == pytest.approx(0.9)


def test_the_rival_is_what_most_others_say() -> None:
    assert np.array_equal(decided("1122233 5\n1111111 5").rival, [-1, 0])
