"""A tidy map holds nothing smaller than its ontology allows, and differs in nothing else."""

import numpy as np
import pytest

from assay import LabelMap
from assay.labels import find_regions
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.simulate.tidying import tidy
from maps import TINY, drawn


def test_small_regions_go_to_what_surrounds_them_and_void_stays() -> None:
    least = [label.minimum_region_px for label in STREET.classes]
    truth = draw_scene(96, 192, seed=3).truth
    after = tidy(truth, STREET)
    regions = find_regions(after)
    classes = (regions.value > 0) & (regions.value < STREET.first_void)
    small = np.array([0, *least, *(0 for _ in STREET.void_ids)])[regions.value] > regions.area
    assert not (small & classes).any()
    before = truth.to_dense()
    np.testing.assert_array_equal(
        before >= STREET.first_void, after.to_dense() >= STREET.first_void
    )
    assert (before != after.to_dense()).mean() == pytest.approx(0.01, abs=0.02)


def test_a_map_without_small_regions_stays_as_it_is() -> None:
    assert tidy(drawn("112 112"), TINY) == drawn("112 112")


def test_a_map_of_one_region_stays_even_if_it_is_small() -> None:
    assert tidy(LabelMap.filled(1, 1, 1), STREET) == LabelMap.filled(1, 1, 1)
