"""Fusion methods against dense twins, the peers they equal, and laws."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots
from assay.consensus.dawid_skene import DawidSkene, fuse_by_dawid_skene
from assay.consensus.fusing import FusionPlan
from assay.consensus.method import Opinion
from assay.consensus.registry import FUSION_METHODS
from assay.consensus.staple import Staple, fuse_by_staple
from assay.consensus.voting import (
    WeightedVoting,
    agreement_with_others,
    fuse_by_majority,
    fuse_by_weight,
    others_majority,
)
from assay.errors import ParameterError
from consensus.ballots import ballots
from maps import dense_maps

#: The peer has no types.
sitk: Any = SimpleITK

Votes = NDArray[np.uint8]


def pooled(votes: Votes) -> tuple[Ballots, NDArray[np.intp]]:
    """Ballots of pixels by annotator, shape (annotators, pixels), and the pattern of each pixel."""
    symbols = np.unique(votes)
    compact = np.searchsorted(symbols, votes).astype(np.int16)
    rows, of_pixel, counts = np.unique(compact.T, axis=0, return_inverse=True, return_counts=True)
    return Ballots(rows, counts, symbols.astype(np.uint16)), of_pixel.reshape(-1)


def slow_dawid_skene(
    votes: Votes, truth: NDArray[np.float64], prior: NDArray[np.float64] | None, rounds: int
) -> NDArray[np.float64]:
    """Dawid and Skene on every pixel; ``votes`` are 0, 1, … and ``truth`` is (pixels, classes)."""
    classes = truth.shape[1]
    for _ in range(rounds + 1):
        share = truth.mean(axis=0) if prior is None else prior
        chance = np.tile(share, (len(truth), 1))
        for annotator in votes:
            said = np.eye(classes)[annotator]
            joint = truth.T @ said
            total = joint.sum(axis=1, keepdims=True)
            confusion = np.divide(joint, total, out=np.zeros_like(joint), where=total > 0)
            chance *= confusion[:, annotator].T
        truth = chance / chance.sum(axis=1, keepdims=True)
    return truth


def noisy_panel(seed: int, annotators: int, classes: int, side: int = 24) -> Votes:
    """Annotators of one scene who err with different rates."""
    rng = np.random.default_rng(seed)
    truth = np.zeros((side, side), np.int64)
    for index in range(1, classes):
        top, left = rng.integers(0, side - 8, 2)
        truth[top : top + 8, left : left + 8] = index
    votes = np.tile(truth.reshape(1, -1), (annotators, 1))
    for annotator in range(annotators):
        wrong = np.flatnonzero(rng.random(votes.shape[1]) < 0.05 + 0.05 * annotator)
        votes[annotator, wrong] = rng.integers(0, classes, wrong.size)
    return votes.astype(np.uint8)


@pytest.mark.parametrize(("annotators", "classes"), [(3, 2), (5, 4), (7, 3)])
def test_steps_over_patterns_are_steps_over_pixels(annotators: int, classes: int) -> None:
    votes = noisy_panel(1, annotators, classes)
    cast, of_pixel = pooled(votes)
    rounds = 6
    textbook = DawidSkene(
        agreed_share=np.inf, shared_errors=False, pseudo_share=0, rounds=rounds, tolerance=1e-300
    )
    slow = slow_dawid_skene(votes, cast.shares[of_pixel], None, rounds)
    assert fuse_by_dawid_skene(cast, textbook).posterior[of_pixel] == pytest.approx(slow, abs=1e-9)
    frequency = np.bincount(votes.reshape(-1), minlength=classes) / votes.size
    slow = slow_dawid_skene(votes, cast.shares[of_pixel], frequency, rounds)
    staple = fuse_by_staple(cast, Staple(rounds=rounds, tolerance=1e-300))
    assert staple.posterior[of_pixel] == pytest.approx(slow, abs=1e-9)


@given(
    masks=st.lists(dense_maps(highest=1, shape=(13, 17)), min_size=2, max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_staple_of_two_classes_is_simpleitks(masks: list[NDArray[np.uint16]]) -> None:
    votes = np.stack([mask.reshape(-1) for mask in masks]).astype(np.uint8)
    if not 0 < votes.mean() < 1:
        return  # with one class there is nothing to estimate
    cast, of_pixel = pooled(votes)
    ours = fuse_by_staple(cast)
    peer = sitk.STAPLEImageFilter()
    images = [sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in masks]
    theirs = sitk.GetArrayFromImage(peer.Execute(images)).reshape(-1)
    if np.isnan(theirs).any() or not ours.settled:
        return  # their 0/0 where one class has no pixel left
    assert ours.posterior[of_pixel, 1] == pytest.approx(theirs, abs=1e-6)


def test_staples_skill_is_simpleitks_sensitivity_and_specificity() -> None:
    votes = noisy_panel(3, 5, 2)
    cast, _ = pooled(votes)
    joint = fuse_by_staple(cast).expected
    chances = joint / joint.sum(axis=2, keepdims=True)
    peer = sitk.STAPLEImageFilter()
    peer.Execute([sitk.GetImageFromArray(row.reshape(24, 24)) for row in votes])
    assert chances[:, 1, 1] == pytest.approx(peer.GetSensitivity(), abs=1e-6)
    assert chances[:, 0, 0] == pytest.approx(peer.GetSpecificity(), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_staple_of_several_classes_gives_the_labels_of_itks_multi_label_filter(seed: int) -> None:
    votes = noisy_panel(seed, 5, 4)
    cast, of_pixel = pooled(votes)
    ours = fuse_by_staple(cast, Staple(start="majority")).posterior.argmax(axis=1)[of_pixel]
    images = [sitk.GetImageFromArray(row.reshape(24, 24)) for row in votes]
    theirs = sitk.GetArrayFromImage(sitk.MultiLabelSTAPLE(images)).reshape(-1)
    assert np.array_equal(cast.symbols[ours], theirs)


def test_a_dispute_that_a_first_guess_leaves_out_is_open_and_spoils_nothing_else() -> None:
    """A majority of two knows no dispute, so at first no class explains one: ITK says so too."""
    votes = np.repeat(np.array([[0, 1, 0], [0, 1, 1]], np.uint8), [90, 27, 3], axis=1)
    cast, of_pixel = pooled(votes)
    ours = fuse_by_staple(cast, Staple(start="majority"))
    assert ours.posterior.tolist() == [[1, 0], [0, 0], [0, 1]]
    assert ours.settled
    images = [sitk.GetImageFromArray(row.reshape(12, 10)) for row in votes]
    theirs = sitk.GetArrayFromImage(sitk.MultiLabelSTAPLE(images)).reshape(-1)
    undecided = ours.posterior[of_pixel].sum(axis=1) == 0
    assert np.array_equal(undecided, theirs > 1)


def test_one_lazy_box_does_not_beat_four_precise_discs() -> None:
    """The case of the house's design: 0.738 by STAPLE, 0.974 by a majority of pixels."""
    rows, columns = np.mgrid[:512, :512]

    def disc(down: int, right: int) -> NDArray[np.bool_]:
        distance = (rows - 256 - down) ** 2 + (columns - 256 - right) ** 2
        return np.asarray(distance <= 40**2)

    truth = disc(0, 0)
    box = (abs(rows - 256) <= 41) & (abs(columns - 256) <= 41)
    masks = [disc(1, 0), disc(-1, 0), disc(0, 1), disc(0, -1), box]
    votes = np.stack([mask.reshape(-1) for mask in masks]).astype(np.uint8)
    cast, of_pixel = pooled(votes)

    def iou(opinion: Opinion) -> float:
        fused = opinion.posterior.argmax(axis=1)[of_pixel].reshape(512, 512) == 1
        return float((fused & truth).sum() / (fused | truth).sum())

    assert iou(fuse_by_dawid_skene(cast)) >= iou(fuse_by_majority(cast)) > 0.97
    assert iou(fuse_by_dawid_skene(cast)) > iou(fuse_by_staple(cast))


def test_what_all_agree_on_does_not_decide_what_they_dispute() -> None:
    """Background ten thousand times larger changes nothing."""
    small = ballots("11112 40\n11111 1000\n22222 200")
    large = ballots("11112 40\n11111 10000000\n22222 200")
    assert np.array_equal(
        fuse_by_dawid_skene(small).posterior, fuse_by_dawid_skene(large).posterior
    )


def test_a_class_is_heard_from_who_knows_it() -> None:
    """The third annotator alone tells car (2) from person (3); two never say person."""
    drawn = ballots("111 5000\n222 400\n223 300\n221 30\n112 20\n122 10\n212 10")
    posterior = fuse_by_dawid_skene(drawn).posterior
    place = drawn.votes.tolist().index([1, 1, 2])
    assert posterior[place].argmax() in (1, 2)  # never road, which nobody says
    assert posterior[place, 0] < 0.05


def test_weights_decide_where_they_are_given() -> None:
    drawn = ballots("122 9")
    assert fuse_by_weight(drawn, WeightedVoting((3.0, 1.0, 1.0))).posterior.tolist() == [[0.6, 0.4]]
    assert fuse_by_weight(drawn, WeightedVoting((1.0, 0.0, 0.0))).posterior.tolist() == [[1, 0]]
    assert fuse_by_weight(ballots("-22 9"), WeightedVoting((1.0, 0.0, 0.0))).posterior.tolist() == [
        [1.0]
    ]


def test_without_weights_who_agrees_with_the_others_counts_more() -> None:
    drawn = ballots("1111 90\n2222 90\n1112 20\n1121 1\n1222 5\n2122 5\n1122 7")
    agreement = agreement_with_others(drawn)
    assert agreement[2] > agreement[3]


@pytest.mark.parametrize("weights", [(1.0,), (1.0, -1.0, 1.0), (0.0, 0.0, 0.0), (1.0, np.nan, 1.0)])
def test_impossible_weights_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError):
        fuse_by_weight(ballots("122 9"), WeightedVoting(weights))


def test_the_others_are_silent_where_they_are_tied() -> None:
    drawn = ballots("112 1\n12- 1\n1-- 1")
    others = dict(
        zip(map(tuple, drawn.votes.tolist()), others_majority(drawn).tolist(), strict=True)
    )
    assert others[0, 0, 1] == [-1, -1, 0]
    assert others[0, 1, -1] == [1, 0, -1]
    assert others[0, -1, -1] == [-1, 0, 0]


@pytest.mark.parametrize("method", list(FUSION_METHODS), ids=lambda method: method.name)
@given(order=st.permutations(range(4)), seed=st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_the_order_of_annotators_changes_nothing(
    method: object, order: Sequence[int], seed: int
) -> None:
    found = FUSION_METHODS.get(getattr(method, "name"))  # noqa: B009 - of a parametrised plug-in
    votes = noisy_panel(seed, 4, 3, side=12)
    (cast, of_pixel), (again, of_again) = pooled(votes), pooled(votes[list(order)])
    parameters = found.parameters()
    first = found.fuse(cast, parameters).posterior[of_pixel]
    second = found.fuse(again, parameters).posterior[of_again]
    assert first == pytest.approx(second, abs=1e-6)


@pytest.mark.parametrize("method", list(FUSION_METHODS), ids=lambda method: method.name)
def test_every_method_takes_one_annotator_one_pattern_and_silence(method: object) -> None:
    found = FUSION_METHODS.get(getattr(method, "name"))  # noqa: B009 - of a parametrised plug-in
    for drawn in ("1 5", "11 5", "--- 5\n11- 3", "-1 5\n2- 5", "123 1"):
        cast = ballots(drawn)
        opinion = found.fuse(cast, found.parameters())
        assert opinion.posterior.sum(axis=1) == pytest.approx(np.where(cast.voters > 0, 1, 0))
        assert np.isfinite(opinion.expected).all()
        assert found.advice
        assert FusionPlan(found.name).parameters == found.parameters()


@pytest.mark.parametrize(
    "make",
    [
        lambda: DawidSkene(agreed_share=0),
        lambda: DawidSkene(pseudo_share=-1),
        lambda: DawidSkene(rounds=0),
        lambda: Staple(tolerance=0),
        lambda: Staple(start="guess"),  # type: ignore[arg-type]  # on purpose
        lambda: FusionPlan(ties="road"),  # type: ignore[arg-type]  # on purpose
        lambda: FusionPlan(contested_from=1.0),
        lambda: FusionPlan("staple", DawidSkene()),
    ],
)
def test_settings_out_of_range_are_refused(make: object) -> None:
    with pytest.raises(ParameterError):
        make()  # type: ignore[operator]  # a function of no arguments
