"""Enclosed regions and shared borders, against dense twins."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.labels import (
    accompanied_regions,
    border_lengths,
    enclosing_regions,
    find_regions,
)
from maps import adversarial_maps, dense_maps, drawn


def owners(label_map: LabelMap) -> NDArray[np.int32]:
    return np.repeat(find_regions(label_map).of_run, label_map.lengths).reshape(label_map.shape)


def edges(label_map: LabelMap) -> NDArray[np.int64]:
    """Return region and value on both sides of every pixel edge, once each way."""
    owner, dense = owners(label_map), label_map.to_dense()
    found = []
    for axis in (0, 1):
        one = [np.moveaxis(array, axis, 0)[:-1].ravel() for array in (owner, dense)]
        other = [np.moveaxis(array, axis, 0)[1:].ravel() for array in (owner, dense)]
        found += [np.stack([*one, *other]), np.stack([*other, *one])]
    return np.concatenate(found, axis=1, dtype=np.int64).T


def check(label_map: LabelMap) -> None:
    regions = find_regions(label_map)
    owner = owners(label_map)
    size = int(label_map.values.max()) + 1
    neighbours: list[set[int]] = [set() for _ in range(len(regions))]
    lengths = np.zeros((len(regions), size), np.int64)
    for one, _, other, value in edges(label_map).tolist():
        if one != other:
            neighbours[one].add(other)
            lengths[one, value] += 1
    frame = {*owner[0], *owner[-1], *owner[:, 0], *owner[:, -1]}
    expected = [
        next(iter(around)) if len(around) == 1 and region not in frame else -1
        for region, around in enumerate(neighbours)
    ]
    assert enclosing_regions(label_map, regions).tolist() == expected
    everyone = np.arange(len(regions))
    np.testing.assert_array_equal(border_lengths(label_map, regions, everyone, size=size), lengths)
    some = everyone[::2]
    np.testing.assert_array_equal(
        border_lengths(label_map, regions, some, size=size), lengths[some]
    )


@settings(max_examples=60, deadline=None)
@given(dense=dense_maps(max_side=12))
def test_contacts_equal_the_dense_twin(dense: NDArray[np.uint16]) -> None:
    check(LabelMap.from_dense(dense))


def test_contacts_of_adversarial_maps_equal_the_dense_twin() -> None:
    for dense in adversarial_maps().values():
        check(LabelMap.from_dense(dense))


def test_a_region_between_two_others_is_not_enclosed() -> None:
    label_map = drawn("11222 11322 11222")
    assert enclosing_regions(label_map, find_regions(label_map)).tolist() == [-1, -1, -1]


def test_a_ring_is_enclosed_by_its_outside_only_where_it_holds_nothing_else() -> None:
    label_map = drawn("11111 12221 12321 12221 11111")
    # The ring touches road and person; the person touches the ring alone.
    assert enclosing_regions(label_map, find_regions(label_map)).tolist() == [-1, -1, 1]


@settings(max_examples=60, deadline=None)
@given(dense=dense_maps(max_side=16), reach=st.integers(0, 4), least=st.integers(1, 9))
def test_accompanied_regions_equal_the_dense_twin(
    dense: NDArray[np.uint16], reach: int, least: int
) -> None:
    label_map = LabelMap.from_dense(dense)
    regions = find_regions(label_map)
    owner = owners(label_map)
    large = regions.area >= least
    chosen = np.flatnonzero(~large)
    found = accompanied_regions(label_map, regions, chosen, large=large, reach_px=reach)
    for region in range(len(regions)):
        top, left = (max(int(side[region]) - reach, 0) for side in (regions.top, regions.left))
        bottom, right = (int(side[region]) + reach for side in (regions.bottom, regions.right))
        around = owner[top:bottom, left:right]
        near = large[around] & (regions.value[around] == regions.value[region])
        assert found[region] == (near.any() and not large[region])
