"""Solutions that are upside down are noticed, and a majority takes their place."""

import numpy as np

from assay.consensus.fusing import FusionPlan, fuse_patterns
from assay.consensus.guard import find_inversions
from assay.consensus.method import Opinion
from assay.consensus.voting import WeightedVoting, fuse_by_majority
from assay.delivery import Severity
from consensus.ballots import ballots, patterns
from maps import TINY

#: One lazy box around what four outline, in a large frame.
LAZY = "11111 100000\n11112 700\n22222 3000"

#: Two annotators who each draw much alone.
LONE = "111 100000\n112 3144\n122 8\n211 2448\n222 55"


def rules(text: str, posterior: object) -> list[str]:
    cast = ballots(text)
    opinion = Opinion(np.asarray(posterior), fuse_by_majority(cast).expected, np.ones(2) / 2)
    names = [f"annotator {n}" for n in range(cast.annotators)]
    return [finding.rule for finding in find_inversions(cast, opinion, names, ["a", "b", "c"])]


def test_a_sound_estimate_raises_no_alarm() -> None:
    assert rules(LAZY, [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]]) == []


def test_an_estimate_against_unanimity_is_inverted() -> None:
    assert rules(LAZY, [[0.0, 1.0], [0.9, 0.1], [1.0, 0.0]]) == ["fusion-inverted"] * 2


def test_an_estimate_that_follows_one_against_four_is_overruled() -> None:
    assert rules(LAZY, [[1.0, 0.0], [0.1, 0.9], [0.0, 1.0]]) == ["fusion-overruled"]


def test_an_estimate_that_sides_with_the_lone_falls_back_to_a_majority_with_a_warning() -> None:
    guarded = fuse_patterns(patterns(LONE), TINY, FusionPlan("staple"), names=["Ann", "Bob", "Cem"])
    assert guarded.method == "majority"
    assert [finding.rule for finding in guarded.findings] == ["fusion-overruled"]
    assert guarded.findings[0].severity is Severity.WARNING
    assert "mostly Cem" in guarded.findings[0].message
    assert guarded.decision.labels.tolist() == [1, 1, 2, 1, 2]
    bare = fuse_patterns(patterns(LONE), TINY, FusionPlan("staple", guard=False))
    assert bare.method == "staple"
    assert bare.decision.labels.tolist() != [1, 1, 2, 1, 2]


def test_the_default_needs_no_guard_there() -> None:
    consensus = fuse_patterns(patterns(LAZY), TINY)
    assert (consensus.method, consensus.findings) == ("dawid-skene", ())
    assert consensus.decision.labels.tolist() == [1, 1, 2]


def test_an_annotator_who_swaps_two_classes_is_named() -> None:
    swapped = "1111 5000\n2223 900\n3332 800\n1112 5\n1121 5\n2213 5"
    consensus = fuse_patterns(patterns(swapped), TINY, names=["Ann", "Bob", "Cem", "Dia"])
    assert consensus.method == "majority"
    messages = [f.message for f in consensus.findings if f.rule == "annotator-swapped"]
    assert len(messages) == 1
    assert messages[0].startswith("Dia seems to have swapped car and person")


def test_an_annotator_below_chance_is_named() -> None:
    backward = "1112 500\n2221 500\n1121 20\n2212 20"
    consensus = fuse_patterns(patterns(backward), TINY, names=["Ann", "Bob", "Cem", "Dia"])
    assert "annotator-backwards" in [finding.rule for finding in consensus.findings]
    assert consensus.decision.labels[0] == 1


def test_weights_that_the_caller_gives_are_not_second_guessed() -> None:
    plan = FusionPlan("weighted", WeightedVoting((1.0, 1.0, 1.0, 1.0, 9.0)))
    consensus = fuse_patterns(patterns(LAZY), TINY, plan)
    assert consensus.method == "weighted"
    assert consensus.decision.labels.tolist() == [1, 2, 2]
