"""A production on disk is watched from its files: gold found, lost images counted, looks taken."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from assay.assess.drift import (
    DatedDelivery,
    overall_metric,
    watch_production,
)
from assay.delivery import Delivery, Reading, WorkTable
from assay.drift.terms import BatchTerms
from assay.errors import ParameterError, UnknownNameError
from assay.labels import LabelMap
from maps import TINY, drawn

GOLD = {"a": drawn("1122 1122"), "b": drawn("1133 1133")}


class _Maps:
    """Reads from a dictionary; picklable."""

    def __init__(self, maps: Mapping[str, LabelMap]) -> None:
        self.maps = maps

    def __call__(self, key: str) -> Reading:
        return Reading(self.maps[key])


def delivery(maps: Mapping[str, LabelMap], name: str = "x") -> Delivery:
    return Delivery(name, "test", TINY, tuple(sorted(maps)), _Maps(maps))


def dated(
    maps: Mapping[str, LabelMap], name: str, week: int = 1, vendor: str = "V"
) -> DatedDelivery:
    terms = BatchTerms(vendor, datetime(2026, 3, week, tzinfo=UTC), name, name)
    return DatedDelivery(terms, delivery(maps, name), delivery(GOLD, "gold"))


def test_gold_is_what_has_reference_labels() -> None:
    maps = {**GOLD, "c": drawn("1111 1111")}
    (batch,) = watch_production("P", [dated(maps, "one")], workers=1).production.batches
    assert [entry.item for entry in batch.images] == ["a", "b"]
    assert batch.items == 3
    assert batch.images[0].score == 1.0
    assert batch.images[0].class_scores == {"road": 1.0, "car": 1.0}
    assert batch.images[1].content.shares == (0.5, 0.0, 0.5)


def test_a_gold_image_that_a_batch_should_hold_is_missing() -> None:
    work = WorkTable({("one", key): "" for key in ("a", "b", "unknown")})
    (batch,) = watch_production(
        "P", [dated({"a": GOLD["a"]}, "one")], work=work, workers=1
    ).production.batches
    assert [(entry.item, entry.drawn, entry.score) for entry in batch.images] == [
        ("a", True, 1.0),
        ("b", False, 0.0),
    ]
    assert batch.lost == 1
    assert [finding.rule for finding in batch.findings] == ["missing-item"]


def test_without_a_list_what_was_left_out_cannot_be_seen() -> None:
    (batch,) = watch_production("P", [dated({"a": GOLD["a"]}, "one")], workers=1).production.batches
    assert batch.lost == 0


def test_a_map_of_the_wrong_size_is_lost() -> None:
    (batch,) = watch_production(
        "P", [dated({"a": drawn("11")}, "one")], workers=1
    ).production.batches
    assert batch.lost == 1


def test_batches_without_gold_are_kept() -> None:
    report = watch_production("P", [dated({"z": GOLD["a"]}, "one")], workers=1)
    assert report.production.batches[0].images == ()
    assert report.vendors[0].diagnosis.state == "too-few"


def test_annotators_and_strata_are_those_of_the_tables() -> None:
    work = WorkTable({("one", "a"): "Ann", ("", "b"): "Bob"})
    report = watch_production("P", [dated(GOLD, "one")], work=work, strata={"a": "dusk"}, workers=1)
    found = report.production.batches[0].images
    assert [(entry.annotator, entry.stratum) for entry in found] == [("Ann", "dusk"), ("Bob", "")]


def test_reports_do_not_depend_on_the_number_of_workers() -> None:
    batches = [dated(GOLD, f"b{week}", week) for week in range(1, 12)]
    one = watch_production("P", batches, workers=1, baseline_batches=8)
    two = watch_production("P", batches, workers=2, baseline_batches=8)
    assert one.production.batches == two.production.batches
    assert one.vendors[0].diagnosis.state == two.vendors[0].diagnosis.state == "steady"


def test_no_batch_is_refused() -> None:
    with pytest.raises(ParameterError, match="no batch to watch"):
        watch_production("P", [])


def test_class_metrics_and_unknown_ones_are_refused() -> None:
    with pytest.raises(ParameterError, match="Chart one of pixel_accuracy"):
        overall_metric("iou")
    with pytest.raises(UnknownNameError):
        overall_metric("nonsense")
