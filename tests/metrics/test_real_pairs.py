"""Severe errors and the error anatomy equal their dense twins on real street scenes."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from assay import LabelClass, LabelMap, Ontology
from assay.metrics import Pair
from assay.metrics.anatomy import error_map
from assay.metrics.measure import NoParameters
from assay.metrics.overlap import count_overlap
from assay.metrics.severe import count_severe
from metrics.test_anatomy import dense_kinds
from metrics.test_severe import dense_severe

#: Eleven classes, some of them called things so that every rule is met; 11 is void.
CAMVID = Ontology(
    tuple(
        LabelClass(
            f"class {i}",
            i,
            (i, i, i),
            kind="thing" if i > 6 else "stuff",
            minimum_region_px=8,
            boundary_tolerance_px=1 + i % 3,
        )
        for i in range(11)
    ),
    void_ids=(11,),
)


def frames(shared_data: Path, number: int) -> list[NDArray[np.uint16]]:
    """Crops of consecutive frames: what moved between two of them is the error."""
    files = sorted((shared_data / "camvid" / "trainannot").glob("*.png"))[:number]
    return [np.asarray(Image.open(file), np.uint16)[120:260, 160:360] + 1 for file in files]


@pytest.mark.parametrize("step", [1, 3])
def test_real_frames_equal_the_dense_definitions(shared_data: Path, step: int) -> None:
    crops = frames(shared_data, step + 1)
    reference, candidate = crops[0], crops[step]
    pair = Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), CAMVID)
    assert count_severe(pair, NoParameters()).tolist() == dense_severe(reference, candidate, CAMVID)
    kinds = dense_kinds(reference, candidate, CAMVID)
    np.testing.assert_array_equal(error_map(pair).to_dense(), kinds)
    right = [int(((reference == i) & (candidate == i)).sum()) for i in range(1, 12)]
    assert count_overlap(pair, NoParameters())[:, 0].tolist() == right
    # The comparison means something: several kinds occur.
    assert np.unique(kinds).size >= 4
