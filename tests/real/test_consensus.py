"""Seven crowd workers of BU-BIL against expert gold: fusing them must pay."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from studies import bu_bil

from assay import LabelMap
from assay.consensus.fusing import FusionPlan, fuse_patterns
from assay.metrics.patterns import count_patterns

#: The peer has no types.
sitk: Any = SimpleITK


@pytest.mark.parametrize("data_set", [4, 6])
def test_the_default_is_nearer_to_gold_than_a_majority_and_staple(
    data_set: int, shared_data: Path
) -> None:
    folder = shared_data / "bu_bil" / f"BU-BIL_Dataset{data_set}"
    found = list(bu_bil.cases(folder, data_set))[::4]  # the peer takes a third of a second each
    gold = [bu_bil.is_object(case.gold) for case in found]
    masks = [[bu_bil.crowd_mask(folder, case, n) for n in range(1, 8)] for case in found]
    maps = [[LabelMap.from_dense(np.where(one, 1, 2)) for one in image] for image in masks]
    patterns = count_patterns(maps)

    def by(method: str) -> float:
        consensus = fuse_patterns(patterns, bu_bil.ONTOLOGY, FusionPlan(method))
        fused = [consensus.paint(consensus.locate(image)).to_dense() == 1 for image in maps]
        return _mean_iou(fused, gold)

    images = [[sitk.GetImageFromArray(one.astype(np.uint8)) for one in image] for image in masks]
    staple = [sitk.GetArrayFromImage(sitk.STAPLE(image)) > 0.5 for image in images]
    assert by("dawid-skene") > by("majority") > _mean_iou(staple, gold)


def _mean_iou(fused: list[Any], gold: list[Any]) -> float:
    return float(np.mean([(a & b).sum() / (a | b).sum() for a, b in zip(fused, gold, strict=True)]))
