"""Suspects in every form, from values made by hand."""

import dataclasses

import numpy as np
import pytest

from assay.delivery import Region
from assay.labels import LabelMap
from assay.render.suspects.csv import suspects_csv
from assay.render.suspects.document import suspects_document
from assay.render.suspects.page import suspects_page
from assay.render.suspects.plates import outline_path
from assay.suspicion import KINDS, Suspect, SuspectExhibit, SuspectItem, SuspectReport
from assay.suspicion.calibration import Calibration
from maps import TINY, drawn

LABELS = drawn("111111 111111 111111")
SEEN = drawn("111111 112211 111111")


def example(
    *, item: str = "a/b", calibration: Calibration | None = None, image: bool = True
) -> SuspectReport:
    suspects = tuple(
        Suspect(item, kind.name, Region(1, 2, 2, 4), 2 + place, 1, 2, 0.2, 0.8, 0.9 - place / 10)
        for place, kind in enumerate(KINDS)
    )
    photo = np.full((3, 6, 3), 120, np.uint8) if image else None
    doubt = np.full(LABELS.shape, 60, np.uint8)
    return SuspectReport(
        candidate="us",
        evidence="soft maps",
        sources=("soft",),
        ontology=TINY,
        method="regions",
        settings={"gap_px": 3},
        items=(
            SuspectItem(item, "judged", 3, 6, 2.5, 9, 18, 2),
            SuspectItem("c", "unreadable", 0, 0, float("nan"), 0, 0, 0),
        ),
        suspects=suspects,
        found=9,
        kinds={kind.name: 1 for kind in KINDS},
        top=8,
        findings=(),
        exhibits=(SuspectExhibit(suspects[0], 0, 0, LABELS, SEEN, doubt, photo),),
        version="0",
        calibration=calibration,
    )


VERDICTS = Calibration((0.1, 0.9), (0.2, 0.9), 30, 12)


def test_the_page_shows_each_kind_and_both_borders() -> None:
    page = suspects_page(example())
    for kind in KINDS:
        assert kind.plural.capitalize() in page
    assert 'class="edge rival" d="M2 1h2' in page
    assert "probabilities; verdicts on some of the regions would make them so" in page
    assert "<script" not in page


def test_with_verdicts_the_page_shows_probabilities() -> None:
    page = suspects_page(example(calibration=VERDICTS))
    assert "90.0\xa0%" in page
    assert "Probabilities come from 30 verdicts, 12 of them errors" in page


@pytest.mark.parametrize("image", [True, False])
def test_hostile_names_are_shown_and_not_run(*, image: bool) -> None:
    page = suspects_page(example(item="<img src=x onerror=alert(1)>\u202e", image=image))
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_a_report_of_nothing_is_a_page_too() -> None:
    report = SuspectReport(
        "us", "other labels", ("x",), TINY, "regions", {}, (), (), 0,
        {kind.name: 0 for kind in KINDS}, 200, (), (), "0",
    )  # fmt: skip
    assert "no image could be judged" in suspects_page(report)


def test_a_dark_photograph_is_shown_brighter_and_the_page_says_so() -> None:
    report = example()
    assert "as bright" not in suspects_page(report)
    night = np.full((3, 6, 3), 20, np.uint8)
    exhibit = dataclasses.replace(report.exhibits[0], image=night)
    page = suspects_page(dataclasses.replace(report, exhibits=(exhibit,)))
    assert "Photograph 12 times as bright." in page
    pitch = dataclasses.replace(exhibit, image=np.zeros((3, 6, 3), np.uint8))
    assert "16 times" in suspects_page(dataclasses.replace(report, exhibits=(pitch,)))


def test_large_windows_are_shrunk() -> None:
    report = example()
    wide = LabelMap.filled(700, 1000, 1)
    exhibit = SuspectExhibit(
        report.suspects[0], 0, 0, wide, wide, np.zeros((700, 1000), np.uint8), None
    )
    page = suspects_page(SuspectReport(**{**vars(report), "exhibits": (exhibit,)}))
    assert "Shown at 1/4" in page


def test_unknown_numbers_are_null_and_never_nan() -> None:
    document = suspects_document(example())
    assert document["images"][1]["score"] is None
    assert document["images"][1]["rank"] is None
    assert document["suspects"][0]["probability"] is None
    assert document["calibration"] is None


def test_no_cell_of_the_csv_runs_as_a_formula() -> None:
    rows = suspects_csv(example(item="=1+1")).splitlines()
    assert rows[0].endswith("score,probability,verdict")
    assert rows[1].startswith("'=1+1,missing_object,road,car,1,2,2,4,2,")
    assert rows[1].endswith(",,")


def test_outlines_run_between_values_and_not_along_the_frame() -> None:
    assert list(outline_path(SEEN.to_dense())) == ["M2 1h2", "M2 2h2", "M2 1v1", "M4 1v1"]
