import numpy as np
import pytest
from numpy.typing import NDArray

from assay import LabelMap
from assay.delivery import Finding
from assay.errors import ParameterError
from assay.simulate.annotator import Annotator
from assay.simulate.faults import BoundaryJitter, BoundaryOffset, CoarsePolygons
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.validation.boundaries import (
    RULES,
    RaggedParameters,
    ShiftedParameters,
    SmoothedParameters,
)
from assay.validation.subject import Subject

RAGGED, SMOOTHED, SHIFTED = RULES


def seen(labels: LabelMap, photograph: NDArray[np.uint8] | None) -> Subject:
    return Subject("a", labels, STREET, read_photograph=lambda: photograph)


def findings(fault: object, *, index: int) -> dict[str, list[Finding]]:
    """What each rule finds in a scene whose annotator has that fault."""
    scene = draw_scene(256, 512, seed=11, index=index)
    faults = () if fault is None else (fault,)
    labels = Annotator("Ann", faults, seed=2).annotate(scene.truth, index, STREET)
    subject = seen(labels, scene.photograph)
    return {rule.name: list(rule.check(subject, rule.parameters()).findings()) for rule in RULES}


@pytest.mark.parametrize("index", range(4))
def test_clean_scenes_have_clean_boundaries(index: int) -> None:
    assert not any(findings(None, index=index).values())


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (BoundaryJitter(3, 8), "ragged-boundary"),
        (CoarsePolygons(5), "smoothed-boundary"),
        (BoundaryOffset(3), "shifted-boundary"),
    ],
)
@pytest.mark.parametrize("index", range(2))
def test_a_fault_of_boundaries_is_found_by_its_rule(fault: object, rule: str, index: int) -> None:
    found = findings(fault, index=index)[rule]
    assert found
    assert all(finding.region is not None for finding in found[:20])


def test_what_is_found_is_told_in_pixels() -> None:
    (first, *_) = findings(BoundaryOffset(3), index=0)["shifted-boundary"]
    assert "px outside the edge in the photograph" in first.message
    assert "as those of its class" in first.message


def test_nothing_is_said_without_a_photograph_of_that_size() -> None:
    labels = LabelMap.from_dense(np.indices((40, 40))[0] // 20 + 1)
    for photograph in (None, np.zeros((40, 41, 3), np.uint8)):
        subject = seen(labels, photograph)
        for rule in RULES:
            assert rule.check(subject, rule.parameters()).count == 0


def test_labels_without_boundaries_are_fine() -> None:
    for labels in (LabelMap.filled(1, 1, 1), LabelMap.filled(64, 64), LabelMap.filled(64, 64, 2)):
        photograph = np.zeros((*labels.shape, 3), np.uint8)
        subject = seen(labels, photograph)
        for rule in RULES:
            assert rule.check(subject, rule.parameters()).count == 0


@pytest.mark.parametrize(
    ("parameters", "settings"),
    [
        (RaggedParameters, {"wiggle_px": 0}),
        (RaggedParameters, {"region_px": 9}),
        (SmoothedParameters, {"cut_share": 1.5}),
        (SmoothedParameters, {"least_px": 0}),
        (ShiftedParameters, {"class_px": float("nan")}),
        (ShiftedParameters, {"agreement": -0.1}),
    ],
)
def test_settings_out_of_range_are_refused(
    parameters: type[object], settings: dict[str, float]
) -> None:
    with pytest.raises(ParameterError, match=next(iter(settings))):
        parameters(**settings)
