"""Judging a delivery: what counts, what is said, and that it does not depend on workers."""

import math
import os

import numpy as np
import pytest

from assay import LabelClass, LabelMap, Ontology
from assay.assess import Plan, assess
from assay.delivery import Delivery, Reading
from assay.errors import ParameterError
from assay.render.document import dump
from assay.render.evaluation.document import report_document
from assess.deliveries import BROKEN, in_memory
from maps import adversarial_maps

REFERENCE = in_memory("gold", {"a": "1122 1122", "b": "1111 3333", "c": "2222 1144"})


def test_a_delivery_judged_against_itself_is_perfect() -> None:
    report = assess(REFERENCE, REFERENCE, workers=1)
    assert report.scores["mean_iou"].value == 1
    assert report.scores["pixel_accuracy"].value == 1
    assert report.anatomy is not None
    assert report.anatomy.wrong == 0
    assert report.severe_errors == 0
    assert report.findings == ()
    assert report.exhibits == ()


def test_a_missing_item_counts_as_wholly_unlabelled() -> None:
    report = assess(in_memory("v", {"a": "1122 1122", "c": "2222 1144"}), REFERENCE, workers=1)
    assert report.scores["pixel_accuracy"].value == pytest.approx(14 / 22)
    assert [finding.rule for finding in report.findings] == ["missing-item"]
    assert [item.status for item in report.items] == ["scored", "missing", "scored"]
    assert report.confusion.counts[:, -1].tolist() == [4, 0, 4]


def test_leaving_a_hard_image_out_gains_nothing() -> None:
    honest = in_memory("v", {"a": "1122 1122", "b": "1111 3311", "c": "2222 1144"})
    sly = in_memory("v", {"a": "1122 1122", "c": "2222 1144"})
    assert (
        assess(sly, REFERENCE, workers=1).scores["mean_iou"].value
        < assess(honest, REFERENCE, workers=1).scores["mean_iou"].value
    )


def test_an_unreadable_item_is_an_error_finding_and_wholly_unlabelled() -> None:
    maps = {"a": "1122 1122", "b": None, "c": "2222 1144"}
    report = assess(in_memory("v", maps), REFERENCE, workers=1)
    assert report.findings == (BROKEN,)
    assert report.items[1].status == "unreadable"
    assert report.items[1].scores["pixel_accuracy"] == 0


def test_a_map_of_another_size_is_never_resized() -> None:
    maps = {"a": "112 112", "b": "1111 3333", "c": "2222 1144"}
    report = assess(in_memory("v", maps), REFERENCE, workers=1)
    assert report.findings[0].rule == "wrong-size"
    assert "2×4 px, candidate 2×3 px" in report.findings[0].message
    assert report.items[0].scores["pixel_accuracy"] == 0


def test_an_extra_item_is_a_warning_and_not_scored() -> None:
    maps = {"a": "1122 1122", "b": "1111 3333", "c": "2222 1144", "d": "11"}
    report = assess(in_memory("v", maps), REFERENCE, workers=1)
    assert [finding.rule for finding in report.findings] == ["extra-item"]
    assert len(report.items) == 3


def test_an_unreadable_reference_item_is_not_scored() -> None:
    reference = in_memory("gold", {"a": "1122 1122", "b": None})
    report = assess(in_memory("v", {"a": "1122 1122", "b": "11"}), reference, workers=1)
    assert report.items[1].status == "reference_unreadable"
    assert report.scored_px == 8
    assert report.findings[0].message.startswith("In the reference: ")


def test_an_item_that_kills_its_worker_counts_as_wholly_unlabelled() -> None:
    good = in_memory("v", {"a": "1122 1122", "b": "1111 3333", "c": "2222 1144"})

    def read(key: str) -> Reading:
        if key == "b":
            os._exit(1)
        return good.read(key)

    report = assess(Delivery("v", "memory", good.ontology, good.keys, read), REFERENCE, workers=2)
    assert [finding.rule for finding in report.findings] == ["item-too-costly"]
    assert report.items[1].scores["pixel_accuracy"] == 0
    assert report.items[0].scores["pixel_accuracy"] == 1


def test_the_report_is_the_same_bytes_with_any_number_of_workers() -> None:
    maps = {
        f"{n:02d}": LabelMap.from_dense(np.minimum(adversarial_maps()["noise"] + n, 4))
        for n in range(20)
    }
    reference = in_memory("gold", maps)
    candidate = in_memory("v", dict.fromkeys(maps, maps["00"]))
    one, two, again = (
        dump(report_document(assess(candidate, reference, workers=n))) for n in (1, 2, 2)
    )
    assert one == two == again


def test_strata_are_scored_apart() -> None:
    report = assess(
        in_memory("v", {"a": "1122 1122", "b": "1111 1111", "c": "2222 1144"}),
        REFERENCE,
        strata={"a": "day", "b": "night", "c": "day"},
        workers=1,
    )
    assert [(entry.name, entry.items) for entry in report.strata] == [("day", 2), ("night", 1)]
    assert report.strata[0].scores["pixel_accuracy"].value == 1
    assert report.strata[1].scores["pixel_accuracy"].value == 0.5


def test_further_references_give_the_human_ceiling() -> None:
    expert = in_memory("expert 2", {"a": "1122 1122", "b": "1111 1333", "c": "2222 1144"})
    report = assess(REFERENCE, REFERENCE, further_references=[expert], workers=1)
    assert report.ceiling["expert 2"]["pixel_accuracy"].value == pytest.approx(21 / 22)


def test_one_image_gives_scores_without_intervals() -> None:
    reference = in_memory("gold", {"a": "1122"})
    score = assess(in_memory("v", {"a": "1112"}), reference, workers=1).scores["pixel_accuracy"]
    assert score.value == 0.75
    assert math.isnan(score.low)


def test_the_worst_images_are_shown_first_and_only_wrong_ones() -> None:
    maps = {"a": "1122 1122", "b": "3111 3333", "c": "1111 1144"}
    report = assess(in_memory("v", maps), REFERENCE, workers=1)
    assert [exhibit.key for exhibit in report.exhibits] == ["c", "b"]


def test_of_the_images_that_were_not_delivered_one_is_shown() -> None:
    report = assess(in_memory("v", {"b": "1111 3331"}), REFERENCE, workers=1)
    assert [exhibit.key for exhibit in report.exhibits] == ["a", "b"]


def test_confusion_alone_is_quick_work_and_says_so() -> None:
    report = assess(REFERENCE, REFERENCE, Plan(measures=("overlap",)), workers=1)
    assert report.anatomy is None
    assert "severe_error_rate" not in report.scores


def test_an_empty_reference_is_refused() -> None:
    with pytest.raises(ParameterError, match="holds no items"):
        assess(REFERENCE, in_memory("gold", {}))


def test_deliveries_of_different_ontologies_are_refused() -> None:
    other = Ontology((LabelClass("thing", 9, (1, 2, 3)),))
    with pytest.raises(ParameterError, match="different ontologies"):
        assess(in_memory("v", {"a": "11"}, ontology=other), REFERENCE)
