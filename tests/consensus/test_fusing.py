"""Painting, uncertainty, neighbours and contested regions against dense twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.consensus.contested import find_contested
from assay.consensus.deciding import CLEAR
from assay.consensus.fusing import Consensus, FusionPlan, fuse_maps, fuse_patterns
from assay.consensus.skill import count_against_fused, count_against_others, skill_of
from assay.metrics.patterns import count_patterns
from maps import TINY, adversarial_maps, dense_maps, drawn

Dense = NDArray[np.uint16]
KERNEL = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])


def consensus_of(maps: list[LabelMap], plan: FusionPlan | None = None) -> Consensus:
    return fuse_patterns(count_patterns([maps]), TINY, plan or FusionPlan("majority"))


def slow_neighbours(consensus: Consensus, dense: list[Dense]) -> Dense:
    """Contested pixels ask 3×3 pixels, each pixel by itself."""
    votes = np.stack([one.reshape(-1) for one in dense], axis=1)
    rows = {tuple(row): place for place, row in enumerate(consensus.patterns.votes.tolist())}
    pattern = np.array([rows[tuple(row)] for row in votes.tolist()]).reshape(dense[0].shape)
    posterior = np.pad(consensus.opinion.posterior[pattern], ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = dense[0].shape
    says = np.zeros((height, width, posterior.shape[2]))
    for down in range(3):
        for right in range(3):
            near = posterior[down : down + height, right : right + width]
            says += KERNEL[down, right] * near
    says = np.where(consensus.ballots.tally[pattern] > 0, says, -1.0)
    ranked = np.sort(says, axis=2)
    second = ranked[..., -2] if ranked.shape[2] > 1 else np.full(pattern.shape, -1.0)
    asks = (consensus.ballots.contested & (consensus.decision.tie == CLEAR))[pattern]
    asks &= ranked[..., -1] - second > 1e-9
    heard = consensus.ballots.symbols[says.argmax(axis=2)]
    painted: Dense = np.where(asks, heard, consensus.decision.labels[pattern])
    return painted


@st.composite
def panels(draw: st.DrawFn) -> list[Dense]:
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    return [draw(dense_maps(shape=shape)) for _ in range(draw(st.integers(1, 5)))]


@given(dense=panels(), method=st.sampled_from(["majority", "dawid-skene"]))
@settings(max_examples=60, deadline=None)
def test_neighbours_are_those_of_every_pixel(dense: list[Dense], method: str) -> None:
    maps = [LabelMap.from_dense(one) for one in dense]
    consensus = consensus_of(maps, FusionPlan(method, neighbours=True))
    fused = consensus.paint(consensus.locate(maps)).to_dense()
    assert np.array_equal(fused, slow_neighbours(consensus, dense))


@pytest.mark.parametrize("name", list(adversarial_maps()))
def test_copies_of_one_map_fuse_to_it(name: str) -> None:
    one = LabelMap.from_dense(adversarial_maps()[name] % 5)
    for method in ("dawid-skene", "majority", "weighted", "staple"):
        assert fuse_maps([one, one, one], TINY, FusionPlan(method)) == one


def test_a_majority_of_pixels() -> None:
    maps = [drawn("112 112"), drawn("122 112"), drawn("113 132")]
    assert fuse_maps(maps, TINY, FusionPlan("majority")) == drawn("112 112")


def test_neighbours_mend_a_frayed_edge_and_leave_what_all_agree_on() -> None:
    """A line that all drew stays; a tooth that two of three drew goes with its surroundings."""
    first = drawn("11111 11211 11111 33333")
    maps = [first, first, drawn("11111 11111 11111 33333")]
    assert fuse_maps(maps, TINY, FusionPlan("majority")) == first
    asked = fuse_maps(maps, TINY, FusionPlan("majority", neighbours=True))
    assert asked == drawn("11111 11111 11111 33333")


def test_uncertainty_is_in_steps_of_a_255th() -> None:
    maps = [drawn("12"), drawn("12"), drawn("11")]
    consensus = consensus_of(maps)
    assert consensus.paint_uncertainty(consensus.locate(maps)).to_dense().tolist() == [[0, 85]]


def block(digit: int) -> str:
    """A map of road with a block of 4×4 pixels, and a line of one pixel along an edge."""
    rows = ["1111111111"] * 8
    rows[2:6] = [f"11{str(digit) * 4}1111"] * 4
    return "\n".join(row[:9] + ("1" if digit == 1 else "2") for row in rows)


def test_contested_regions_have_area_box_and_shares_and_edges_are_none() -> None:
    maps = [drawn(block(2)), drawn(block(2)), drawn(block(1)), drawn(block(3)), drawn(block(1))]
    plan = FusionPlan("majority", contested_px=9)
    consensus = consensus_of(maps, plan)
    found = find_contested("a", consensus.locate(maps), consensus)
    assert len(found) == 1  # the line on the right is contested, too, but thin
    region = found[0].region
    assert (region.top, region.left, region.bottom, region.right) == (2, 2, 6, 6)
    assert found[0].area_px == 16
    assert found[0].shares == ((1, 0.4), (2, 0.4), (3, 0.2))
    assert find_contested("a", consensus.locate(maps), consensus_of(maps)) == []  # under 50 px


def test_skill_is_counted_per_class() -> None:
    maps = [drawn("1122"), drawn("1122"), drawn("1112")]
    road, car = skill_of(consensus_of(maps), 2)
    assert road.sensitivity == 1.0
    assert road.precision == pytest.approx(2 / 3)
    assert (car.sensitivity, car.precision, car.true_px) == (0.5, 1.0, 2.0)
    assert car.mistaken_for == 1
    assert road.mistaken_for is None


def test_counts_against_others_and_fused() -> None:
    maps = [drawn("1122"), drawn("1122"), drawn("1112")]
    consensus = consensus_of(maps)
    where = consensus.locate(maps)
    assert count_against_others(where, consensus)[2].tolist() == [[2, 2, 3], [1, 2, 1]]
    # Where the two others disagree, nothing is said of the first.
    assert count_against_others(where, consensus)[0].tolist() == [[2, 2, 2], [1, 1, 1]]
    fused = consensus.paint(where)
    counted = count_against_fused(fused, [*maps[:2], None], consensus)
    assert counted[0].tolist() == [[2, 2, 2], [2, 2, 2]]
    assert not counted[2].any()


def test_abstainers_are_counted_nowhere() -> None:
    maps = [drawn("1122"), drawn("1.22"), drawn("1122")]
    consensus = consensus_of(maps, FusionPlan("majority", unlabelled="abstain"))
    fused = consensus.paint(consensus.locate(maps))
    assert count_against_fused(fused, maps, consensus)[1].tolist() == [[1, 1, 1], [2, 2, 2]]
