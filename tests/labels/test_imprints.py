"""Imprints: equal shapes have equal digests, whatever their place; slow dense twins beside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from assay import LabelMap, kernels
from assay.labels.imprints import take_imprints
from maps import adversarial_maps, dense_maps, drawn


def shapes_of(dense: NDArray[np.uint16], first_void: int) -> list[tuple[int, bytes, bytes]]:
    """The dense twin: class, pixels in the box, and their mirror image, of each region."""
    found = []
    for value in range(1, first_void):
        owners, count = ndimage.label(dense == value)
        for region, box in enumerate(ndimage.find_objects(owners), 1):
            mask = owners[box] == region
            first = np.flatnonzero(owners == region)[0]
            found.append((first, value, mask))
        assert len(found) >= count
    found.sort(key=lambda entry: entry[0])
    size = "{}×{} ".format
    return [
        (value, size(*mask.shape).encode() + mask.tobytes(),
         size(*mask.shape).encode() + mask[:, ::-1].tobytes())
        for _, value, mask in found
    ]  # fmt: skip


def assert_same_partition(dense: NDArray[np.uint16]) -> None:
    found = take_imprints(LabelMap.from_dense(dense), first_void=4)
    twin = shapes_of(dense, 4)
    assert found.value.tolist() == [value for value, _, _ in twin]
    known: dict[int, bytes] = {}
    back: dict[bytes, int] = {}
    digests = [*found.plain.tolist(), *found.mirrored.tolist()]
    masks = [plain for _, plain, _ in twin] + [mirrored for _, _, mirrored in twin]
    for digest, mask in zip(digests, masks, strict=True):
        assert known.setdefault(digest, mask) == mask
        assert back.setdefault(mask, digest) == digest


@settings(deadline=None)
@given(dense_maps())
def test_digests_are_equal_exactly_where_the_pixels_are(dense: NDArray[np.uint16]) -> None:
    assert_same_partition(dense)


@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_have_exact_digests(name: str) -> None:
    assert_same_partition(adversarial_maps()[name].astype(np.uint16))


@settings(deadline=None)
@given(dense_maps(max_side=12), st.integers(0, 5), st.integers(0, 5))
def test_moving_a_map_moves_its_imprints_and_nothing_else(
    dense: NDArray[np.uint16], down: int, right: int
) -> None:
    before = take_imprints(LabelMap.from_dense(dense), first_void=9)
    wider = np.zeros((dense.shape[0] + down, dense.shape[1] + right), np.uint16)
    wider[down:, right:] = dense
    after = take_imprints(LabelMap.from_dense(wider), first_void=9)
    assert after.plain.tolist() == before.plain.tolist()
    assert after.pieces.tolist() == before.pieces.tolist()
    assert (after.box - before.box == [down, right, down, right]).all()


@settings(deadline=None)
@given(dense_maps(max_side=12))
def test_mirroring_a_map_exchanges_the_two_digests(dense: NDArray[np.uint16]) -> None:
    before = take_imprints(LabelMap.from_dense(dense), first_void=9)
    after = take_imprints(LabelMap.from_dense(np.ascontiguousarray(dense[:, ::-1])), first_void=9)
    assert sorted(after.plain.tolist()) == sorted(before.mirrored.tolist())
    assert sorted(after.either_way.tolist()) == sorted(before.either_way.tolist())


def test_a_shape_that_equals_its_mirror_image_is_symmetric() -> None:
    found = take_imprints(drawn("111.1. .1..11 .1..1."), first_void=4)
    assert found.symmetric.tolist() == [True, False]


def test_unlabelled_void_small_and_simple_regions_are_left_out() -> None:
    label_map = drawn("4411.2 4411..")
    assert take_imprints(label_map, first_void=4).value.tolist() == [1, 2]
    assert take_imprints(label_map, first_void=4, least_area_px=2).value.tolist() == [1]
    assert len(take_imprints(label_map, first_void=4, least_pieces=6)) == 0


def disc(radius: int) -> LabelMap:
    rows, columns = np.indices((2 * radius + 3, 2 * radius + 3)) - radius - 1
    return LabelMap.from_dense((rows**2 + columns**2 <= radius**2).astype(np.uint16))


def pieces_of(label_map: LabelMap) -> list[int]:
    return [int(pieces) for pieces in take_imprints(label_map, first_void=4).pieces]


def test_a_box_has_four_pieces_and_a_slanted_line_is_one() -> None:
    box = np.zeros((40, 60), np.uint16)
    box[5:30, 8:50] = 1
    assert pieces_of(LabelMap.from_dense(box)) == [4]
    rows, columns = np.indices((90, 90))
    triangle = (columns < rows * 0.37 + 20).astype(np.uint16)
    assert pieces_of(LabelMap.from_dense(triangle))[0] in range(4, 7)


def test_pieces_of_a_disc_grow_with_the_root_of_its_radius() -> None:
    # An arc of radius r strays by 1.5 px from a chord that spans 2 arccos(1 - 1.5 / r).
    for radius in (10, 40, 160):
        expected = np.pi / np.arccos(1 - 1.5 / radius)
        assert expected * 0.6 <= pieces_of(disc(radius))[0] <= expected * 1.8


def pieces_by_angles(ring: NDArray[np.float64], tolerance: float) -> int:
    """The slow twin: cones as intervals of angles."""
    count, anchor, step = 1, 0, 1
    cone: tuple[float, float, float] | None = None
    while step <= len(ring):
        away = ring[step % len(ring)] - ring[anchor % len(ring)]
        distance = float(np.hypot(*away))
        if distance > tolerance:
            angle, half = (
                float(np.arctan2(away[1], away[0])),
                float(np.arcsin(tolerance / distance)),
            )
            middle, low, high = cone or (angle, -half, half)
            turn = (angle - middle + np.pi) % (2 * np.pi) - np.pi
            if not low <= turn <= high:
                count, anchor, cone = count + 1, step - 1, None
                continue
            cone = middle, max(low, turn - half), min(high, turn + half)
        step += 1
    return count


@settings(deadline=None)
@given(
    st.integers(3, 60),
    st.floats(0.3, 4),
    st.floats(0.5, 20),
    st.integers(0, 2**32 - 1),
)
def test_pieces_equal_those_counted_by_angles(
    corners: int, tolerance: float, spread: float, seed: int
) -> None:
    # Corners anywhere, so that no distance or turn lies on the edge of what is allowed.
    ring = np.random.default_rng(seed).normal(0, spread, (corners, 2)).cumsum(axis=0)
    pieces = np.zeros(1, np.int64)
    kernels.imprints.count_pieces(
        ring, np.array([0, corners]), np.array([0]), tolerance, 255, pieces
    )
    assert pieces.tolist() == [pieces_by_angles(ring, tolerance)]


def test_holes_count_as_pieces() -> None:
    plate = np.ones((30, 30), np.uint16)
    plate[10:20, 10:20] = 0
    assert pieces_of(LabelMap.from_dense(plate)) == [8]


def test_records_of_place_are_equal_only_where_class_place_and_shape_are() -> None:
    first = take_imprints(drawn("11..2 1...2"), first_void=4).placed
    second = take_imprints(drawn("11..3 1...3"), first_void=4).placed
    third = take_imprints(drawn(".11.2 .1..2"), first_void=4).placed
    assert (first == second).tolist() == [True, False]
    assert (first == third).tolist() == [False, True]
