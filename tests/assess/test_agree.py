"""Several deliveries in, one report of agreement out."""

import math

import numpy as np
import pytest

from assay import LabelMap
from assay.assess.agree import agree
from assay.assess.panel import Panel
from assay.delivery import Severity
from assay.errors import ParameterError, UnknownNameError
from assay.report.agreement import AgreementPlan, AgreementReport
from assay.simulate.annotator import Annotator
from assay.simulate.faults import BoundaryJitter, BoundaryOffset, SwappedClasses
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assess.deliveries import in_memory
from maps import drawn

ANN = in_memory("ann", {"a": "1122 1122", "b": "1133 1133", "c": "2222 2222"})
BOB = in_memory("bob", {"a": "1122 1122", "b": "1113 1133", "c": "2222 2222"})
CLEO = in_memory("cleo", {"a": "1222 1222", "b": "1...  1133"})


def report_of(*deliveries: object, **plan: object) -> AgreementReport:
    return agree(Panel(deliveries), AgreementPlan(**plan), workers=1)  # type: ignore[arg-type]  # deliveries and settings


def test_scores_are_sums_over_all_images_worked_by_hand() -> None:
    report = report_of(ANN, BOB)
    # 24 pixels, one of which differs: a 1 of bob is a 3 of ann.
    assert report.scores["pixel_agreement"].value == pytest.approx(23 / 24)
    assert report.scores["pairwise_iou"].value == pytest.approx(np.mean([8 / 9, 1, 3 / 4]))
    # Of 48 values given 17 are 1, 24 are 2, 7 are 3.
    chance = (48**2 - 17**2 - 24**2 - 7**2) / 47
    assert report.scores["krippendorff_alpha"].value == pytest.approx(1 - 2 / chance)
    assert [entry.share for entry in report.classes] == pytest.approx([17 / 48, 24 / 48, 7 / 48])
    assert report.coincidences[1, 3] == 1
    assert report.compared == 3


def test_an_annotator_without_an_image_lowers_no_score() -> None:
    report = report_of(ANN, BOB, in_memory("dan", {"a": "1122 1122"}))
    assert report.annotators[2].images == 1
    assert report.pair(0, 2).scores["pairwise_iou"].value == 1
    assert report.pair(2, 0) == report.pair(0, 2)
    ((name, finding),) = report.findings
    assert (name, finding.rule, finding.severity) == ("dan", "missing-item", Severity.INFO)
    assert "2 of 3 images: b, c" in finding.message


def test_unreadable_and_misshapen_maps_are_findings_of_their_annotator() -> None:
    broken = in_memory("dan", {"a": None, "b": "11", "c": "2222 2222"})
    report = report_of(ANN, BOB, broken)
    assert [(name, finding.rule) for name, finding in report.findings] == [
        ("dan", "png-checksum"), ("dan", "wrong-size"),
    ]  # fmt: skip
    assert report.annotators[2].images == 1


def test_an_image_of_one_annotator_is_listed_and_not_compared() -> None:
    report = report_of(ANN, in_memory("bob", {"a": "1122 1122"}))
    lone = report.items[1]
    assert (lone.annotators, dict(lone.scores)) == (1, {})
    assert report.compared == 1
    assert math.isnan(report.scores["krippendorff_alpha"].low)


def test_annotators_without_a_common_image_have_no_score() -> None:
    report = report_of(in_memory("x", {"a": "12"}), in_memory("y", {"b": "12"}))
    assert report.compared == 0
    assert not any(score.known for score in report.scores.values())
    assert report.tree.order == (0, 1)


def test_scores_of_an_image_are_those_of_the_image_alone() -> None:
    report = report_of(ANN, BOB, CLEO)
    alone = report_of(*(in_memory(d.name, {"b": d.read("b").label_map}) for d in (ANN, BOB, CLEO)))
    assert dict(report.items[1].scores) == pytest.approx(
        {name: score.value for name, score in alone.scores.items()}, nan_ok=True
    )


def test_a_stratum_has_the_scores_of_its_images() -> None:
    report = agree(
        Panel((ANN, BOB, CLEO)), strata={"a": "day", "b": "night", "c": "day"}, workers=1
    )
    day = report_of(
        *(
            in_memory(d.name, {key: d.read(key).label_map for key in "ac" if key in d.key_set})
            for d in (ANN, BOB, CLEO)
        )
    )
    assert [(entry.name, entry.items) for entry in report.strata] == [("day", 2), ("night", 1)]
    for name, score in day.scores.items():
        assert report.strata[0].scores[name].value == pytest.approx(score.value, nan_ok=True)


def test_the_order_of_annotators_and_the_number_of_workers_change_no_score() -> None:
    straight = report_of(ANN, BOB, CLEO)
    turned = agree(Panel((CLEO, BOB, ANN)), workers=2)
    for name, score in straight.scores.items():
        other = turned.scores[name]
        assert (other.value, other.low, other.high) == pytest.approx(
            (score.value, score.low, score.high)
        )
    assert turned.annotators[2].digest == straight.annotators[0].digest
    assert turned.annotators[2].alpha_without == straight.annotators[0].alpha_without


def test_alpha_without_somebody_is_that_of_the_others() -> None:
    report = report_of(ANN, BOB, CLEO)
    assert (
        report.annotators[2].alpha_without == report_of(ANN, BOB).scores["krippendorff_alpha"].value
    )


def test_outlines_are_compared_unless_the_plan_leaves_them_out() -> None:
    assert "boundary_distance_px" in report_of(ANN, BOB).scores
    without = report_of(ANN, BOB, outlines=False)
    assert "boundary_distance_px" not in without.scores
    assert "pairwise_boundary_f" not in without.items[0].scores


def test_deliveries_without_any_item_are_refused() -> None:
    with pytest.raises(ParameterError, match="'x' and 'y' hold no items"):
        report_of(in_memory("x", {}), in_memory("y", {}))


def test_an_unknown_distance_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UnknownNameError, match="distance called 'ordinal'"):
        report_of(ANN, BOB, distance="ordinal")


@pytest.mark.parametrize("plan", [{"confidence": 1.0}, {"apart_by": -1.0}, {"target": 2.0}])
def test_a_plan_out_of_range_is_refused(plan: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match=f"{next(iter(plan))} is"):
        AgreementPlan(**plan)  # type: ignore[arg-type]  # one setting


def test_two_who_share_a_fault_are_found_to_be_alike_and_a_stranger_apart() -> None:
    """Two read the guideline wrongly in one way, two rightly, and one is careless."""
    misread = (SwappedClasses("truck", "car", share=1.0), BoundaryOffset(offset_px=2))
    jitter = BoundaryJitter(reach_px=1.0, wave_px=12.0)
    people = [
        Annotator("misread 1", (*misread, jitter), seed=1),
        Annotator("careful 1", (jitter,), seed=2),
        Annotator("careless", (BoundaryJitter(reach_px=6.0),), seed=3),
        Annotator("misread 2", (*misread, jitter), seed=4),
        Annotator("careful 2", (jitter,), seed=5),
    ]
    truths = [draw_scene(96, 192, seed=7, index=index).truth for index in range(6)]
    deliveries = (
        in_memory(
            person.name,
            {
                f"{index}": person.annotate(truth, index, STREET)
                for index, truth in enumerate(truths)
            },
            ontology=STREET,
        )
        for person in people
    )
    report = agree(Panel(tuple(deliveries)), AgreementPlan(outlines=False), workers=1)
    names = [person.name for person in people]
    pairs = [{names[join.first], names[join.second]} for join in report.tree.joins[:2]]
    assert {"misread 1", "misread 2"} in pairs
    assert {"careful 1", "careful 2"} in pairs
    assert [entry.name for entry in report.annotators if entry.apart] == ["careless"]


def test_a_panel_of_one_pixel_images_works() -> None:
    report = report_of(
        in_memory("x", {"a": LabelMap.filled(1, 1, 1)}), in_memory("y", {"a": drawn("2")})
    )
    assert report.scores["pixel_agreement"].value == 0
    assert report.scores["krippendorff_alpha"].value == pytest.approx(0)
