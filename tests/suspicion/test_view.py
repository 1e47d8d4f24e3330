"""What a model and what others say of labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay import LabelMap
from assay.errors import LabelMapError, ParameterError
from assay.suspicion import Tile, View, view_of_model, view_of_votes
from maps import TINY, dense_maps, drawn

ABSENT = 65535


def tiles(shares: np.ndarray, *, rows: int = 2) -> list[Tile]:
    """Probabilities of shape (classes, height, width), cut into stripes."""
    return [
        Tile(index, top, np.ascontiguousarray(plane[top : top + rows], np.float32))
        for index, plane in enumerate(shares, 1)
        for top in range(0, plane.shape[0], rows)
    ]


@settings(deadline=None)
@given(dense_maps(shape=(5, 6), highest=4), st.integers(0, 9))
def test_a_models_view_equals_the_dense_one(labels: np.ndarray, seed: int) -> None:
    shares = np.random.default_rng(seed).dirichlet([0.5] * 3, labels.shape).transpose(2, 0, 1)
    shares = shares.astype(np.float32)
    found = view_of_model(LabelMap.from_dense(labels), tiles(shares), TINY, known=(1, 2, 3))
    judged = (labels > 0) & (labels < 4)
    best = np.where(judged, shares.argmax(axis=0) + 1, labels)
    assert np.array_equal(found.rival.to_dense(), best)
    assert np.array_equal(found.judged, judged)
    own = np.take_along_axis(shares, np.clip(labels.astype(int) - 1, 0, 2)[None], 0)[0]
    assert np.array_equal(found.label_share[judged], own[judged])
    assert np.array_equal(found.rival_share[judged], shares.max(axis=0)[judged])


def test_the_label_wins_a_tie() -> None:
    half = np.full((2, 1, 2), 0.5)
    found = view_of_model(drawn("12"), tiles(half), TINY, known=(1, 2))
    assert found.rival == drawn("12")


def test_a_class_the_model_does_not_know_is_not_judged() -> None:
    found = view_of_model(drawn("13"), tiles(np.full((2, 1, 2), 0.5)), TINY, known=(1, 2))
    assert found.judged.tolist() == [[True, False]]


def test_below_its_threshold_a_class_does_not_compete() -> None:
    shares = np.array([[[0.3, 0.3]], [[0.7, 0.7]]])
    least = np.array([0, 0.2, 0.8, 0, 0], np.float32)
    found = view_of_model(drawn("12"), tiles(shares), TINY, known=(1, 2), least=least)
    assert found.rival == drawn("11")


def test_votes_are_shared_out_with_half_a_vote_of_doubt() -> None:
    others = [drawn("12"), drawn("12"), drawn("12")]
    found = view_of_votes(drawn("11"), others, TINY)
    assert found.rival == drawn("12")
    assert found.label_share.tolist() == [[pytest.approx(3.5 / 4), pytest.approx(0.5 / 4)]]
    assert found.rival_share.tolist() == [[pytest.approx(3.5 / 4), pytest.approx(3.5 / 4)]]


def test_the_label_wins_tied_votes_and_else_the_lowest_index() -> None:
    others = [drawn("13"), drawn("22")]
    assert view_of_votes(drawn("11"), others, TINY).rival == drawn("12")
    assert view_of_votes(drawn("11"), others[::-1], TINY).rival == drawn("12")


def test_void_votes_and_absent_annotators_count_for_nothing() -> None:
    others = [LabelMap.filled(1, 2, ABSENT), drawn("42")]
    found = view_of_votes(drawn("11"), others, TINY)
    assert found.judged.tolist() == [[False, True]]
    assert found.rival == drawn("12")


def test_void_labels_are_not_judged() -> None:
    assert view_of_votes(drawn("41"), [drawn("11")], TINY).judged.tolist() == [[False, True]]


@settings(deadline=None)
@given(dense_maps(shape=(4, 5)), st.lists(dense_maps(shape=(4, 5)), min_size=1, max_size=4))
def test_votes_equal_a_count_pixel_by_pixel(label: np.ndarray, others: list[np.ndarray]) -> None:
    found = view_of_votes(
        LabelMap.from_dense(label), [LabelMap.from_dense(dense) for dense in others], TINY
    )
    for y, x in np.ndindex(label.shape):
        own = int(label[y, x])
        votes = [int(dense[y, x]) for dense in others if dense[y, x] < TINY.first_void]
        if own >= TINY.first_void or not votes:
            assert not found.judged[y, x]
            continue
        best = max(set(votes) | {own}, key=lambda v: (votes.count(v), v == own, -v))
        assert found.rival.to_dense()[y, x] == best
        share = (votes.count(own) + 0.5) / (len(votes) + 1)
        assert found.label_share[y, x] == pytest.approx(share)


def test_no_other_labels_are_refused() -> None:
    with pytest.raises(ParameterError, match="Give at least one"):
        view_of_votes(drawn("11"), [], TINY)


def test_sizes_that_differ_and_unknown_indexes_are_refused() -> None:
    share = np.zeros((1, 2), np.float32)
    with pytest.raises(LabelMapError, match="1×2 px"):
        View(drawn("11"), drawn("111"), share, share)
    with pytest.raises(LabelMapError, match="index 9"):
        view_of_model(drawn("19"), [], TINY, known=(1,))
