"""The front door of acceptance: scores from references, the order, lost items, findings."""

from dataclasses import replace

import numpy as np
import pytest

from assay.assess.accept import accept
from assay.delivery import Delivery, Finding, Reading, Severity
from assay.errors import ParameterError, UnknownNameError
from assay.labels import LabelClass, LabelMap, Ontology
from assay.sampling import Verdict
from assay.sampling.acceptance import Look
from assay.sampling.terms import AcceptTerms

ONTOLOGY = Ontology(
    (
        LabelClass("road", 1, (9, 9, 9)),
        LabelClass("car", 2, (0, 0, 142), kind="thing", weight=3.0),
    ),
    void_ids=(255,),
)
TERMS = AcceptTerms.from_toml("[mean]\ngood = 0.9\nbad = 0.6")
KEYS = tuple(f"s/{number:03d}" for number in range(40))


def right(number: int) -> LabelMap:
    """Road, with a car somewhere: no two images are alike."""
    dense = np.ones((12, 12), np.uint8)
    dense[1 + number // 8 : 4 + number // 8, 1 + number % 8 : 4 + number % 8] = 2
    return LabelMap.from_dense(dense)


class Maps:
    """Readings by key, picklable."""

    def __init__(self, maps: dict[str, LabelMap | None]) -> None:
        self.maps = maps

    def __call__(self, key: str) -> Reading:
        found = self.maps[key]
        if found is None:
            return Reading(None, (Finding("broken", Severity.ERROR, key, "Broken.", "Mend."),))
        return Reading(found)


def delivery(maps: dict[str, LabelMap | None], name: str = "batch 7") -> Delivery:
    return Delivery(name, "test", ONTOLOGY, tuple(sorted(maps)), Maps(maps))


GOLD = {key: right(number) for number, key in enumerate(KEYS)}
NO_CAR = LabelMap.from_dense(np.ones((12, 12), np.uint8))


def test_a_perfect_batch_is_accepted_after_a_part_of_it() -> None:
    report = accept(delivery({**GOLD}), TERMS, reference=delivery({**GOLD}), workers=1)
    assert report.verdict is Verdict.ACCEPT
    assert report.counted < 20
    assert {item.look.score for item in report.items} == {1.0}
    assert report.sentence.startswith("Accept batch 7: its mean score is above 0.6, with ")


def test_a_batch_without_its_cars_is_rejected_and_each_image_has_a_severe_error() -> None:
    lost: dict[str, LabelMap | None] = dict.fromkeys(KEYS, NO_CAR)
    report = accept(delivery(lost), TERMS, reference=delivery({**GOLD}), workers=1)
    assert report.verdict is Verdict.REJECT
    # IoU of road 135/144 with weight 1, of car 0 with weight 3.
    assert report.items[0].look == Look(135 / 144 / 4, 1)


def test_severe_errors_of_other_classes_than_asked_for_do_not_count() -> None:
    lost: dict[str, LabelMap | None] = dict.fromkeys(KEYS, NO_CAR)
    text = '[severe]\ngood = 0.1\nbad = 0.4\nclasses = ["road"]'
    report = accept(
        delivery(lost), AcceptTerms.from_toml(text), reference=delivery({**GOLD}), workers=1
    )
    assert report.verdict is Verdict.ACCEPT


def test_missing_and_unreadable_items_are_worth_nothing_and_need_no_look() -> None:
    some: dict[str, LabelMap | None] = {**GOLD, KEYS[0]: None}
    del some[KEYS[1]]
    report = accept(delivery(some), TERMS, reference=delivery({**GOLD}), workers=1)
    assert report.known == (KEYS[0], KEYS[1])
    assert report.size == len(KEYS)
    assert {f.rule for f in report.findings} == {"broken", "missing-item"}
    assert not {KEYS[0], KEYS[1]} & {item.key for item in report.items}


def test_a_map_of_the_wrong_size_is_worth_nothing() -> None:
    small = LabelMap.from_dense(np.ones((12, 11), np.uint8))
    some: dict[str, LabelMap | None] = {**GOLD, KEYS[3]: small}
    report = accept(delivery(some), TERMS, reference=delivery({**GOLD}), workers=1)
    (item,) = [item for item in report.items if item.key == KEYS[3]]
    assert item.look == Look(0.0, 1)
    assert [f.rule for f in report.findings] == ["wrong-size"]


def test_an_image_of_which_nothing_is_scored_counts_as_right() -> None:
    void = LabelMap.from_dense(np.full((12, 12), ONTOLOGY.first_void, np.uint8))
    gold: dict[str, LabelMap | None] = {**GOLD, KEYS[3]: void}
    report = accept(delivery({**GOLD}), TERMS, reference=delivery(gold), workers=1)
    (item,) = [item for item in report.items if item.key == KEYS[3]]
    assert item.look.score == 1.0
    assert [(f.rule, f.severity) for f in report.findings] == [("nothing-to-score", Severity.INFO)]


def test_the_table_of_tiers_says_what_was_ordered() -> None:
    tiers = dict.fromkeys((*KEYS, "s/999"), "test")
    report = accept(delivery({**GOLD}), TERMS, tiers=tiers, workers=1)
    assert report.known == ("s/999",)
    assert [(tier.name, tier.items) for tier in report.tiers] == [("test", 41)]


def test_reviewers_are_led_through_the_order_to_the_verdict() -> None:
    verdicts: dict[str, Look] = {}
    report = accept(delivery({**GOLD}), TERMS, verdicts=verdicts, workers=1)
    asked = []
    while report.verdict is Verdict.UNDECIDED:
        asked.append(report.following[0])
        verdicts[report.following[0]] = Look(0.97, 0)
        report = accept(delivery({**GOLD}), TERMS, verdicts=verdicts, workers=1)
    assert report.verdict is Verdict.ACCEPT
    assert tuple(asked) == tuple(item.key for item in report.items)
    assert len(set(asked)) == len(asked) < 20


def test_a_batch_with_other_content_has_another_order() -> None:
    first = accept(delivery({**GOLD}), TERMS, workers=1)
    mended = accept(delivery({**GOLD, KEYS[0]: NO_CAR}), TERMS, workers=1)
    assert first.batch_digest != mended.batch_digest
    assert first.following != mended.following


def test_looking_out_of_order_is_found_and_gains_nothing() -> None:
    first = accept(delivery({**GOLD}), TERMS, workers=1)
    picked = {key: Look(1.0) for key in KEYS if key != first.following[0]}
    report = accept(delivery({**GOLD}), TERMS, verdicts=picked, workers=1)
    assert report.verdict is Verdict.UNDECIDED
    assert report.counted == 0
    (finding,) = report.findings
    assert finding.rule == "looked-out-of-order"
    assert repr(first.following[0]) in finding.message


def test_a_verdict_on_an_image_that_is_not_there_is_found() -> None:
    report = accept(delivery({**GOLD}), TERMS, verdicts={"s/999": Look(1.0)}, workers=1)
    assert [(f.rule, f.item) for f in report.findings] == [("verdict-without-item", "s/999")]


def test_scores_that_spread_more_than_the_terms_take_for_granted_are_pointed_out() -> None:
    text = '[mean]\ngood = 0.9\nbad = 0.6\nplan = "fixed-size"\nspread = 0.01'
    verdicts = {key: Look(float(number % 2)) for number, key in enumerate(KEYS)}
    report = accept(delivery({**GOLD}), AcceptTerms.from_toml(text), verdicts=verdicts, workers=1)
    assert "spread-above-terms" in {f.rule for f in report.findings}


def test_a_reduced_lot_in_the_gap_passes_and_brings_normal_inspection_back() -> None:
    text = '[faulty]\nscore_below = 0.5\naql = 10\ninspection = "reduced"'
    first = accept(delivery({**GOLD}), AcceptTerms.from_toml(text), workers=1)
    # Letter D reduced: 3 images, accepted with 1 faulty, rejected with 3.
    assert first.claims[0].sample_size == 3
    verdicts = {key: Look(0.0 if place < 2 else 1.0) for place, key in enumerate(first.following)}
    report = accept(delivery({**GOLD}), AcceptTerms.from_toml(text), verdicts=verdicts, workers=1)
    assert report.verdict is Verdict.ACCEPT
    assert [finding.rule for finding in report.findings] == ["back-to-normal-inspection"]


def test_workers_do_not_change_a_report() -> None:
    once, twice = (
        accept(delivery({**GOLD}), TERMS, reference=delivery({**GOLD}), workers=workers)
        for workers in (1, 2)
    )
    assert (once.sentence, once.items, once.batch_digest) == (
        twice.sentence,
        twice.items,
        twice.batch_digest,
    )


def test_what_cannot_be_judged_is_refused_with_the_way_out() -> None:
    batch = delivery({**GOLD})
    with pytest.raises(ParameterError, match="holds no items"):
        accept(delivery({}), TERMS, workers=1)
    with pytest.raises(ParameterError, match="not both"):
        accept(batch, TERMS, verdicts={}, reference=batch, workers=1)
    with pytest.raises(UnknownNameError, match="mean_iou"):
        accept(batch, replace(TERMS, score="mean_iuo"), reference=batch, workers=1)
    with pytest.raises(ParameterError, match="no single share"):
        accept(batch, replace(TERMS, score="iou"), reference=batch, workers=1)
    with pytest.raises(ParameterError, match="the ontology has road, car"):
        accept(batch, replace(TERMS, severe_classes=("cat",)), reference=batch, workers=1)
    severe = AcceptTerms.from_toml("[severe]\ngood = 0.1\nbad = 0.3")
    with pytest.raises(ParameterError, match="add a column severe_errors"):
        accept(batch, severe, verdicts={KEYS[0]: Look(0.5, None)}, workers=1)
    with pytest.raises(ParameterError, match="add a column score"):
        accept(batch, TERMS, verdicts={KEYS[0]: Look(float("nan"), 0)}, workers=1)
