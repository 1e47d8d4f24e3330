"""Each simulated cheat is found by its detector, and nobody honest is asked anything."""

from dataclasses import replace

import pytest

from assay.simulate.cheats import (
    CopiedWork,
    InflatedHours,
    InflatedVertices,
    PastedObjects,
    Probing,
    RepeatedMaps,
    UntouchedDrafts,
)
from assay.simulate.workshop import Worker
from honesty.workshops import examined, flagged, steady


def test_honest_work_opens_no_review() -> None:
    report = examined()
    assert flagged(report) == set()
    assert [check.detector.name for check in report.checks if check.lacking] == [
        "excess-vertices",
        "probing",
    ]


@pytest.mark.parametrize(
    ("detector", "cheat"),
    [
        ("untouched-drafts", UntouchedDrafts(0.9)),
        ("copied-shapes", PastedObjects(0.5)),
        ("repeated-work", RepeatedMaps(0.4)),
        ("excess-hours", InflatedHours(3.0)),
        ("excess-vertices", InflatedVertices(4)),
        ("probing", Probing(6)),
    ],
)
def test_a_cheat_is_found_and_nobody_else(detector: str, cheat: object) -> None:
    clicked = isinstance(cheat, InflatedVertices)
    report = examined(Worker(steady("Cheat", 9), (cheat,), clicked=clicked))
    assert (detector, "Cheat") in flagged(report)
    assert {subjects for _, subjects in flagged(report)} == {"Cheat"}


def test_a_plain_copy_is_found_by_outlines_and_by_errors() -> None:
    report = examined(Worker(steady("Cheat", 9), (CopiedWork(0, 1.0),)))
    assert flagged(report) == {("shared-outlines", "H1/Cheat"), ("shared-errors", "H1/Cheat")}
    (flag,) = [flag for flag in report.flags if flag.detector.name == "shared-outlines"]
    assert flag.shapes
    shape = flag.shapes[0]
    assert shape.first.box == shape.second.box


def test_a_shaken_copy_is_found_by_its_errors() -> None:
    report = examined(Worker(steady("Cheat", 9), (CopiedWork(0, 1.0, jitter_px=1.0),)))
    assert flagged(report) == {("shared-errors", "H1/Cheat")}


def test_a_copy_is_found_without_a_reference_by_five_others() -> None:
    report = examined(Worker(steady("Cheat", 9), (CopiedWork(0, 1.0),)), reference=False)
    assert ("shared-errors", "H1/Cheat") in flagged(report)


def test_who_has_the_gold_is_found() -> None:
    perfect = Worker(replace(steady("Insider", 9), faults=()))
    assert ("shared-outlines", "Insider/reference") in flagged(examined(perfect))
