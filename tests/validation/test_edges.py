import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from assay import LabelClass, LabelMap, Ontology, kernels
from assay.simulate.simplifying import simplify
from assay.validation.edges import REACH_PX, find_edges

DISC, GROUND = 1, 2
CLASSES = Ontology(
    (LabelClass("disc", 1, (1, 1, 1)), LabelClass("ground", 2, (2, 2, 2))), void_ids=(255,)
)
SIDE = 96
ROWS, COLUMNS = np.indices((SIDE, SIDE))
FROM_MIDDLE = np.hypot(ROWS + 0.5 - SIDE / 2, COLUMNS + 0.5 - SIDE / 2)
DIRECTION = np.arctan2(ROWS + 0.5 - SIDE / 2, COLUMNS + 0.5 - SIDE / 2)


def photograph(brightness: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.repeat(np.clip(brightness, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def bright_disc(radius: float) -> NDArray[np.uint8]:
    """A disc whose rim covers pixels in part, as a lens draws it."""
    return photograph(40 + 160 * np.clip(radius - FROM_MIDDLE + 0.5, 0, 1))


def labelled_disc(radius: float | NDArray[np.float64]) -> LabelMap:
    return LabelMap.from_dense(np.where(radius > FROM_MIDDLE, DISC, GROUND))


@pytest.mark.parametrize("offset", [-3.5, -2.0, -0.5, 0.0, 0.5, 1.25, 3.0])
def test_an_edge_is_placed_to_a_part_of_a_pixel(offset: float) -> None:
    found = find_edges(labelled_disc(30), bright_disc(30 + offset), CLASSES)
    assert found.seen.sum() > 200  # of 240 steps around the disc
    assert float(np.median(found.away_px[found.seen])) == pytest.approx(offset, abs=0.12)


def test_each_stretch_is_judged_once_with_the_smaller_region() -> None:
    found = find_edges(labelled_disc(20), bright_disc(20), CLASSES)
    assert set(found.regions.value[found.region[found.seen]].tolist()) == {DISC}


def test_noise_and_texture_move_no_edge() -> None:
    rng = np.random.default_rng(5)
    texture = 12 * np.sin(ROWS * 1.1) * np.sin(COLUMNS * 0.9) + rng.normal(0, 6, (SIDE, SIDE))
    noisy = photograph(bright_disc(30)[..., 0] + texture)
    found = find_edges(labelled_disc(30), noisy, CLASSES)
    assert abs(float(np.median(found.away_px[found.seen]))) < 0.15
    assert float(np.abs(found.away_px[found.seen]).mean()) < 0.4


def test_nothing_is_seen_in_a_photograph_without_edges() -> None:
    grey = photograph(np.full((SIDE, SIDE), 99.0))
    assert not find_edges(labelled_disc(30), grey, CLASSES).seen.any()
    rain = photograph(np.random.default_rng(1).normal(128, 4, (SIDE, SIDE)))
    assert find_edges(labelled_disc(30), rain, CLASSES).seen.mean() < 0.05


def test_the_far_side_of_a_thin_thing_is_not_taken_for_its_edge() -> None:
    pole = (COLUMNS >= 40) & (COLUMNS < 44)
    # Only the left side shows in the photograph.
    shown = photograph(np.where(COLUMNS < 40, 20.0, 200.0))
    labels = LabelMap.from_dense(np.where(pole, DISC, GROUND))
    found = find_edges(labels, shown, CLASSES)
    right = found.seen & (found.points[:, 0] > 43)
    assert not right.any()


def test_an_unlabelled_gap_hides_no_edge() -> None:
    dense = labelled_disc(27).to_dense()
    dense[(FROM_MIDDLE >= 27) & (FROM_MIDDLE < 28.2)] = 0
    found = find_edges(LabelMap.from_dense(dense), bright_disc(30), CLASSES)
    disc = found.seen & (found.regions.value[found.region] == DISC)
    assert disc.sum() > 150
    assert float(np.median(found.away_px[disc])) == pytest.approx(3, abs=0.2)


def test_boundaries_with_void_and_the_frame_are_not_judged() -> None:
    dense = labelled_disc(30).to_dense()
    dense[:, SIDE // 2 :] = CLASSES.first_void
    found = find_edges(LabelMap.from_dense(dense), bright_disc(30), CLASSES)
    assert found.seen.any()
    assert found.points[found.seen, 0].max() < SIDE / 2
    whole = find_edges(LabelMap.filled(SIDE, SIDE, DISC), bright_disc(30), CLASSES)
    assert not whole.seen.any()


def test_wavering_that_the_photograph_does_not_show_is_measured() -> None:
    """Of a wave of 1.5 px, both the course and the distance keep the same part."""
    wavy = labelled_disc(30 + 1.5 * np.sin(7 * DIRECTION))
    found = find_edges(wavy, bright_disc(30), CLASSES)
    shared = -np.cov(found.away_px[found.seen], found.wiggle_px[found.seen])[0, 1]
    # Of a wave of 34 steps the scales keep nine tenths and six tenths.
    assert np.sqrt(shared) == pytest.approx(1.5 / np.sqrt(2) * np.sqrt(0.9 * 0.6), rel=0.1)
    rough = np.where(30 + 1.5 * np.sin(7 * DIRECTION) > FROM_MIDDLE, 200.0, 40.0)
    same = find_edges(wavy, photograph(rough), CLASSES)
    assert abs((same.away_px * same.wiggle_px)[same.seen].mean()) < 0.2


def test_a_photograph_leaves_the_chords_of_a_polygon_and_not_a_straight_wall() -> None:
    inner = np.cos(np.pi / 6) / np.cos(DIRECTION % (np.pi / 3) - np.pi / 6)
    hexagon = labelled_disc(32 * inner)
    cut = find_edges(hexagon, bright_disc(32), CLASSES)
    assert (np.abs(cut.bend_px[cut.seen]) > 0.2).mean() > 0.5
    wall = photograph(np.where(32 * inner > FROM_MIDDLE, 200.0, 40.0))
    straight = find_edges(hexagon, wall, CLASSES)
    assert (np.abs(straight.bend_px[straight.seen]) > 0.2).mean() < 0.1


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 3), (8, 8)])
def test_small_maps_have_no_edges_to_speak_of(shape: tuple[int, int]) -> None:
    dense = np.ones(shape, np.uint16)
    dense[0, 0] = 2
    found = find_edges(LabelMap.from_dense(dense), np.zeros((*shape, 3), np.uint8), CLASSES)
    assert len(found) == 0 or not found.seen.any()


def test_a_noisy_map_is_looked_at_in_part() -> None:
    rng = np.random.default_rng(2)
    dense = (rng.random((700, 700)) < 0.5) + 1
    found = find_edges(LabelMap.from_dense(dense), np.zeros((700, 700, 3), np.uint8), CLASSES)
    assert 0 < len(found) < 600_000


def test_the_reach_is_what_it_says() -> None:
    found = find_edges(labelled_disc(24), bright_disc(24 + REACH_PX + 3), CLASSES)
    assert not found.seen.any()


# Slow, obvious twins of the kernels.


def test_rings_are_smoothed_as_scipy_does() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(70, 2))
    starts = np.array([0, 30, 70], np.int64)
    reach = np.arange(-9, 10)
    weights = np.exp(-0.5 * (reach / 3.0) ** 2)
    out = np.empty_like(values)
    kernels.edges.smooth_rings(values, starts, weights / weights.sum(), out)
    for first, stop in ((0, 30), (30, 70)):
        expected = gaussian_filter1d(values[first:stop], 3.0, axis=0, mode="wrap", radius=9)
        assert np.allclose(out[first:stop], expected)


@pytest.mark.parametrize("tolerance", [0.5, 0.8, 2.0])
def test_corners_are_those_of_the_simplifier(tolerance: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    radius = 20 + 3 * np.sin(5 * turn) + np.random.default_rng(4).normal(0, 0.5, 90)
    ring = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    corners = np.zeros(180, np.bool_)
    rings = np.concatenate([ring, ring * 2])
    kernels.edges.mark_corners(rings, np.array([0, 90, 180], np.int64), tolerance, corners)
    assert np.array_equal(rings[:90][corners[:90]], simplify(ring, tolerance_px=tolerance))
    assert np.array_equal(rings[90:][corners[90:]], simplify(ring * 2, tolerance_px=tolerance))


def test_the_path_is_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(6)
    strength = rng.random((5, 4)).astype(np.float32) * 20
    low, high = np.zeros(5, np.int64), np.full(5, 3)
    at_label = np.array([1, 2, 2, 1, 0])
    path = np.empty(5, np.int64)
    starts = np.array([0, 5], np.int64)
    kernels.edges.follow_edge(strength, low, high, at_label, starts, 6.0, 0.02, 0.1, path)

    def worth(choice: NDArray[np.int64]) -> float:
        steps = np.abs(np.diff(choice))
        if steps.max() > 2:
            return -np.inf
        chosen = strength[np.arange(5), choice].astype(np.float64)
        clear = chosen / (chosen + 6) - 0.02 * np.abs(choice - at_label)
        return float(clear.sum() - 0.1 * steps.sum())

    everything = np.stack(np.meshgrid(*[np.arange(4)] * 5), axis=-1).reshape(-1, 5)
    assert worth(path) == pytest.approx(max(map(worth, everything)))
