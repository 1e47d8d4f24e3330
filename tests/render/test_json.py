"""The JSON documents keep to their published schemas and to the report."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from assay.errors import ParameterError
from assay.render.document import dump, read_schema
from assay.render.evaluation.document import pilot_document, report_document
from assay.report import Score
from render.examples import IMAGES, PLAN, example_pilot, example_report, make_report


def checker(name: Any) -> Draft202012Validator:
    report = Resource.from_contents(read_schema("report-1"))
    registry: Registry[Any] = Registry().with_resource("assay:report-1", report)
    return Draft202012Validator(read_schema(name), registry=registry)


@pytest.mark.parametrize("name", ["report-1", "pilot-1"])
def test_published_schemas_are_schemas(name: Any) -> None:
    Draft202012Validator.check_schema(read_schema(name))


def test_report_follows_its_schema() -> None:
    checker("report-1").validate(json.loads(dump(report_document(example_report()))))


def test_pilot_follows_its_schema() -> None:
    checker("pilot-1").validate(json.loads(dump(pilot_document(example_pilot()))))


def test_schema_refuses_a_report_without_findings() -> None:
    document = report_document(example_report())
    del document["findings"]
    assert not checker("report-1").is_valid(document)


def test_scores_equal_the_report() -> None:
    report = example_report()
    document = report_document(report)
    assert document["items"] == IMAGES
    assert document["mean_iou"] == report.scores["mean_iou"].value
    assert document["intervals"]["mean_iou"] == [
        report.scores["mean_iou"].low,
        report.scores["mean_iou"].high,
    ]
    assert document["severe_error_rate"] == report.scores["severe_error_rate"].value
    assert (
        document["severe_errors"] == document["severe"]["missed"] + document["severe"]["invented"]
    )
    car = document["classes"][4]
    assert car["name"] == "car"
    assert car["boundary_iou"] == report.classes[4].scores["boundary_iou"].value
    assert document["confusion"]["counts"] == report.confusion.counts.tolist()


def test_anatomy_sums_to_the_wrong_pixels_of_all_images() -> None:
    document = report_document(example_report())
    wrong = sum(image["wrong_px"] for image in document["images"])
    assert sum(document["error_anatomy"].values()) == wrong > 0


def test_missing_image_is_wholly_wrong() -> None:
    missing = report_document(example_report())["images"][13]
    assert missing["status"] == "missing"
    assert missing["wrong_px"] == missing["scored_px"] > 0
    assert missing["candidate_digest"] == ""


def test_score_of_nothing_is_null() -> None:
    report = replace(example_report(), scores={"pixel_accuracy": Score(math.nan)})
    document = report_document(report)
    assert document["pixel_accuracy"] is None
    assert document["intervals"]["pixel_accuracy"] == [None, None]
    assert '"pixel_accuracy": null' in dump(document)


def test_anatomy_that_was_not_measured_is_null() -> None:
    assert report_document(replace(example_report(), anatomy=None))["error_anatomy"] is None


def test_finding_says_where() -> None:
    findings = report_document(example_report())["findings"]
    assert findings[2]["region"] == {"top": 10, "left": 20, "bottom": 30, "right": 44}
    assert findings[0]["severity"] == "error"
    assert findings[0]["region"] is None


def test_vendors_stand_in_order_of_rank_with_whole_minor_units() -> None:
    vendors = pilot_document(example_pilot())["vendors"]
    assert [vendor["rank"] for vendor in vendors] == [1, 2, 3]
    assert vendors[0]["price"] == {"currency": "EUR", "minor": 410}
    assert sum(vendors[0]["rank_probabilities"]) == pytest.approx(1)


def test_equal_reports_give_equal_bytes() -> None:
    twins = [make_report("A", (1, 0.2, 0.1, 2), images=4) for _ in range(2)]
    first, second = (dump(report_document(report)) for report in twins)
    assert first == second
    assert first.endswith("}\n")


def test_text_is_utf8_even_where_a_name_is_not() -> None:
    report = replace(example_report(), candidate="Müller \udcff")
    text = dump(report_document(report))
    assert json.loads(text.encode("utf-8"))["candidate"] == "Müller \N{REPLACEMENT CHARACTER}"


def test_metric_named_like_another_key_is_refused() -> None:
    with pytest.raises(ParameterError, match="'items' has the name of another key"):
        report_document(replace(example_report(), scores={"items": Score(1.0)}))


def test_plan_is_told_in_full() -> None:
    document = report_document(example_report())
    assert document["plan"]["seed"] == PLAN.seed
    assert document["plan_digest"] == PLAN.digest
    assert all(type(count) is int for row in document["confusion"]["counts"] for count in row)
    assert isinstance(example_report().confusion.counts, np.ndarray)


def test_page_of_the_documentation_names_every_key() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "report-json.md").read_text("utf-8")
    for schema in (read_schema("report-1"), read_schema("pilot-1")):
        objects = [schema, *schema["$defs"].values(), *schema["properties"].values()]
        keys = {key for entry in objects for key in entry.get("required", ())}
        assert not [key for key in sorted(keys) if f"`{key}`" not in page]
