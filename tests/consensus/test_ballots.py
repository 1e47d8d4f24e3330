"""Void, unlabelled and absent votes."""

from assay.consensus.ballots import cast_ballots
from consensus.ballots import ballots, patterns
from maps import TINY


def test_an_absent_annotator_has_no_vote() -> None:
    cast = ballots("11- 5\n122 3")
    assert cast.votes.tolist() == [[0, 0, -1], [0, 1, 1]]
    assert cast.voters.tolist() == [2, 3]


def test_unlabelled_and_void_are_votes_unless_they_abstain() -> None:
    drawn = patterns("104 5")
    assert cast_ballots(drawn, TINY).symbols.tolist() == [0, 1, 4]
    assert cast_ballots(drawn, TINY, unlabelled="abstain").symbols.tolist() == [1, 4]
    assert cast_ballots(drawn, TINY, void="abstain").voters.tolist() == [2]
    both = cast_ballots(drawn, TINY, unlabelled="abstain", void="abstain")
    assert both.votes.tolist() == [[0, -1, -1]]


def test_agreed_and_contested_leave_out_who_is_silent() -> None:
    cast = ballots("11- 5\n12- 5\n--- 5\n1-- 5")
    drawn = {
        tuple(votes): (bool(agreed), bool(contested))
        for votes, agreed, contested in zip(
            cast.votes.tolist(), cast.agreed, cast.contested, strict=True
        )
    }
    assert drawn == {
        (0, 0, -1): (True, False),
        (0, 1, -1): (False, True),
        (-1, -1, -1): (False, False),
        (0, -1, -1): (True, False),
    }


def test_shares_are_of_votes_cast() -> None:
    assert ballots("112 1\n1-2 1").shares.round(3).tolist() == [[0.667, 0.333], [0.5, 0.5]]
