"""Several annotators' deliveries fused, image by image."""

from collections.abc import Iterator, Mapping

import pytest

from assay import LabelMap
from assay.assess.fuse import FusedMap, fuse
from assay.assess.panel import Panel
from assay.consensus.fusing import FusionPlan
from assay.consensus.report import FusionReport
from assay.delivery import Delivery
from assay.errors import ParameterError
from assay.render.consensus.document import fusion_document
from assay.render.document import dump
from assess.deliveries import in_memory
from maps import drawn

MAJORITY = FusionPlan("majority", contested_px=1, contested_width_px=1)

ANN = in_memory("Ann", {"a": "1122", "b": "33", "c": "1"})
BOB = in_memory("Bob", {"a": "1122", "b": None, "c": "2"})
CEM = in_memory("Cem", {"a": "1112", "b": "32"})


def fused(
    *deliveries: Delivery,
    plan: FusionPlan = MAJORITY,
    reference: Delivery | None = None,
    workers: int = 1,
) -> tuple[FusionReport, Mapping[str, LabelMap]]:
    kept: dict[str, LabelMap] = {}

    def keep(maps: Iterator[FusedMap]) -> None:
        kept.update((one.key, one.labels) for one in maps)

    report = fuse(Panel(deliveries), plan, keep=keep, reference=reference, workers=workers)
    return report, kept


def test_each_image_is_fused_from_those_who_have_it() -> None:
    report, maps = fused(ANN, BOB, CEM)
    assert maps == {"a": drawn("1122"), "b": drawn("3."), "c": drawn("2")}
    assert [item.annotators for item in report.items] == [3, 2, 2]
    assert [annotator.images for annotator in report.annotators] == [3, 2, 2]
    assert {(name, finding.rule) for name, finding in report.findings} == {
        ("Bob", "png-checksum"),
        ("Cem", "missing-item"),
    }


def test_ties_are_counted() -> None:
    report, _ = fused(ANN, BOB, CEM)
    # In b two stand against each other who agree with the rest alike; in c Bob agrees better.
    assert [(item.tied_px, item.open_px) for item in report.items] == [(0, 0), (0, 1), (1, 0)]
    assert report.total("disputed_px") == 3


def test_agreement_and_skill_are_pooled_over_images() -> None:
    report, _ = fused(
        in_memory("Ann", {"a": "1122", "b": "1122"}),
        in_memory("Bob", {"a": "1122", "b": "1122"}),
        in_memory("Cem", {"a": "1112", "b": "1122"}),
    )
    cem = report.annotators[2]
    assert cem.with_others.value == pytest.approx((4 / 5 + 3 / 4) / 2)
    assert cem.with_others.low < cem.with_others.value < cem.with_others.high
    assert cem.skills[1].sensitivity == pytest.approx(3 / 4)
    assert [a.name for a in report.nearest] == ["Ann", "Bob", "Cem"]


def test_a_reference_scores_the_result_and_everybody() -> None:
    reference = in_memory("gold", {"a": "1122", "b": "33"})
    report, _ = fused(ANN, BOB, CEM, reference=reference)
    assert report.reference == "gold"
    assert report.score is not None
    ann, bob, cem = (annotator.with_reference for annotator in report.annotators)
    assert ann is not None
    assert bob is not None
    assert cem is not None
    assert ann.value == bob.value == 1.0  # Bob's unreadable image is not held against him here
    assert cem.value == pytest.approx((2 / 3 + 1 / 3 + 1 / 2) / 3)
    # The tied pixel of b is unlabelled: person has 1 of 2.
    assert report.score.value == pytest.approx((1 + 1 + 1 / 2) / 3)


def test_a_reference_of_another_size_is_said_and_not_scored() -> None:
    report, _ = fused(ANN, BOB, CEM, reference=in_memory("gold", {"a": "11222"}))
    assert ("gold", "wrong-size") in {(name, found.rule) for name, found in report.findings}
    assert report.score is not None
    assert not report.score.known


def test_contested_regions_are_listed_and_shown() -> None:
    report, _ = fused(ANN, BOB, CEM)
    assert [(found.item, found.area_px) for found in report.regions] == [
        ("b", 1),
        ("c", 1),
        ("a", 1),
    ]
    assert report.exhibits[0].maps[1] is None
    assert report.exhibits[0].fused == drawn("3.")


def test_workers_change_nothing() -> None:
    one, maps = fused(ANN, BOB, CEM, plan=FusionPlan())
    two, again = fused(ANN, BOB, CEM, plan=FusionPlan(), workers=2)
    assert maps == again
    assert dump(fusion_document(one)) == dump(fusion_document(two))


def test_an_image_that_nobody_has_is_unreadable() -> None:
    report, maps = fused(in_memory("Ann", {"a": "11", "b": None}), in_memory("Bob", {"a": "11"}))
    assert list(maps) == ["a"]
    assert [item.status for item in report.items] == ["fused", "unreadable"]


def test_nothing_to_fuse_is_said() -> None:
    with pytest.raises(ParameterError, match="hold no items"):
        fused(in_memory("Ann", {}), in_memory("Bob", {}))
    with pytest.raises(ParameterError, match="nothing to fuse"):
        fused(in_memory("Ann", {"a": None}), in_memory("Bob", {"a": None}))
