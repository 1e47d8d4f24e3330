"""CSV rows carry the report's numbers, and nothing that a spreadsheet would run."""

import csv
import io
from dataclasses import replace

import pytest

from assay.render.evaluation.csv import pilot_csv, report_csv
from assay.render.tables import guard
from assay.report import Report
from render.examples import IMAGES, STREET, example_pilot, example_report


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(report_csv(report))))


def test_one_row_for_each_image_and_class() -> None:
    table = rows(example_report())
    assert len(table) == IMAGES * len(STREET.classes)
    assert list(table[0])[:7] == [
        "item", "status", "stratum", "class",
        "overlap_both", "overlap_reference", "overlap_candidate",
    ]  # fmt: skip
    assert {"iou", "recall", "anatomy_unlabelled"} <= set(table[0])


def test_pixels_sum_to_those_of_the_report() -> None:
    report, table = example_report(), rows(example_report())
    assert report.anatomy is not None
    assert sum(int(row["overlap_reference"]) for row in table) == report.scored_px
    assert sum(int(row["overlap_both"]) for row in table) == report.confusion.correct
    missed = sum(int(row["anatomy_missed_region"]) for row in table)
    assert missed == report.anatomy.by_kind["missed_region"]


def test_iou_is_in_full_precision() -> None:
    row = rows(example_report())[0]
    both, reference, candidate = (
        int(row[f"overlap_{n}"]) for n in ("both", "reference", "candidate")
    )
    assert float(row["iou"]) == both / (reference + candidate - both)


def test_score_of_nothing_is_an_empty_cell() -> None:
    missing = [row for row in rows(example_report()) if row["status"] == "missing"]
    assert {row["precision"] for row in missing} == {""}
    assert {row["iou"] for row in missing if row["overlap_reference"] != "0"} == {"0.0"}


def test_anatomy_that_was_not_measured_is_empty() -> None:
    report = example_report()
    bare = tuple(replace(item, counts={"overlap": item.counts["overlap"]}) for item in report.items)
    assert {row["anatomy_unlabelled"] for row in rows(replace(report, items=bare))} == {""}


def test_item_without_counts_has_no_rows() -> None:
    report = example_report()
    first = replace(report.items[0], counts={}, status="reference_unreadable")
    assert len(rows(replace(report, items=(first,)))) == 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "\uff1d"])
def test_no_name_begins_like_a_formula(start: str) -> None:
    report = example_report()
    evil = start + 'cmd|" /C calc"!A0'
    item = replace(report.items[0], key=evil, stratum=evil)
    row = rows(replace(report, items=(item,)))[0]
    for cell in (row["item"], row["stratum"]):
        assert cell.lstrip()[0] not in "=+-@\t\r\n\uff1d"
        assert 'cmd|" /C calc"!A0' in cell


def test_plain_names_are_left_alone() -> None:
    assert guard("day/frame-01, left") == "day/frame-01, left"


def test_names_with_commas_quotes_and_line_ends_come_back() -> None:
    report = example_report()
    item = replace(report.items[0], key='a,"b"\nc')
    assert rows(replace(report, items=(item,)))[0]["item"] == 'a,"b"\nc'


def test_pilot_names_the_vendor_first() -> None:
    table = list(csv.DictReader(io.StringIO(pilot_csv(example_pilot()))))
    assert next(iter(table[0])) == "vendor"
    assert [row["vendor"] for row in table[:: IMAGES * len(STREET.classes)]] == [
        result.vendor.name for result in example_pilot().results
    ]
