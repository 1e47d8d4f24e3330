"""A vendor that drifts is told from images that change, and the annotator is named."""

import math
from dataclasses import replace

import numpy as np
import pytest

from assay.drift.diagnosis import differ
from assay.drift.production import Production
from assay.drift.report import Contribution, VendorWatch
from assay.drift.watch import SHARES, watch
from assay.report import Score
from drift.productions import day, image, production, shared_gold, steady, without_images


def watched(made: Production, *, baseline: int = 8) -> dict[str, VendorWatch]:
    found = watch(made, baseline_batches=baseline, run_length=200, seed=1)
    return {entry.vendor: entry for entry in found}


def bob_falls(
    vendor: str, annotator: str, batch: int, rng: np.random.Generator
) -> tuple[float, str]:
    value, stratum = steady(vendor, annotator, batch, rng)
    return value - 0.12 * (vendor == "Acme" and annotator == "Bob" and batch >= 12), stratum


def winter(vendor: str, annotator: str, batch: int, rng: np.random.Generator) -> tuple[float, str]:
    """Dusk is harder for everybody; from the thirteenth batch on most images show it."""
    value, _ = steady(vendor, annotator, batch, rng)
    dusk = bool(rng.random() < (0.8 if batch >= 12 else 0.25))
    return value - 0.1 * dusk, "dusk" if dusk else "day"


def both(vendor: str, annotator: str, batch: int, rng: np.random.Generator) -> tuple[float, str]:
    value, stratum = winter(vendor, annotator, batch, rng)
    return value - 0.12 * (annotator == "Bob" and batch >= 12), stratum


def all_fall(
    vendor: str, annotator: str, batch: int, rng: np.random.Generator
) -> tuple[float, str]:
    value, stratum = steady(vendor, annotator, batch, rng)
    return value - 0.06 * (batch >= 12), stratum


def test_a_steady_vendor_is_steady() -> None:
    found = watched(production())["Acme"]
    assert found.diagnosis.state == "steady"
    assert found.diagnosis.sentence == "Acme holds its level: no chart has an alarm."


def test_the_annotator_who_causes_a_fall_is_named() -> None:
    found = watched(production(bob_falls, vendors=("Acme", "Other")))
    assert found["Other"].diagnosis.state == "steady"
    diagnosis = found["Acme"].diagnosis
    assert diagnosis.state == "vendor"
    assert diagnosis.since == 12
    bob, ann = diagnosis.contributions
    assert (bob.annotator, bob.fell, ann.annotator, ann.fell) == ("Bob", True, "Ann", False)
    assert bob.change.low < -0.12 < bob.change.high
    assert bob.part == pytest.approx(-0.06, abs=0.015)
    assert diagnosis.sentence.startswith("Acme drifts: its labels are ")
    assert "Bob" in diagnosis.sentence
    assert "Ann" not in diagnosis.sentence


def test_harder_images_are_not_blamed_on_people() -> None:
    diagnosis = watched(production(winter))["Acme"].diagnosis
    assert diagnosis.state == "images"
    assert diagnosis.explained == pytest.approx(-0.055, abs=0.02)
    assert diagnosis.adjusted.low < 0 < diagnosis.adjusted.high
    assert "its images are harder" in diagnosis.sentence


def test_people_and_images_may_change_at_once() -> None:
    diagnosis = watched(production(both))["Acme"].diagnosis
    assert diagnosis.state == "both"
    assert diagnosis.contributions[0].annotator == "Bob"
    assert diagnosis.adjusted.value == pytest.approx(-0.06, abs=0.025)


def test_a_fall_that_all_vendors_share_is_blamed_on_none() -> None:
    found = watched(production(all_fall, vendors=("Acme", "Other")))
    assert {entry.diagnosis.state for entry in found.values()} == {"common"}
    assert "look at the images, the gold labels and the guideline" in (
        found["Acme"].diagnosis.sentence
    )


def test_the_same_fall_of_a_single_vendor_looks_like_its_own() -> None:
    diagnosis = watched(production(all_fall))["Acme"].diagnosis
    assert diagnosis.state == "vendor"
    assert "All its annotators fell" in diagnosis.sentence


def test_a_vendor_with_its_baseline_alone_is_not_judged() -> None:
    found = watched(production(batches=8))["Acme"]
    assert found.diagnosis.state == "too-few"
    assert not any(point.watched for point in found.score.track.points)


def test_one_batch_only_is_said_to_be_one() -> None:
    sentence = watched(production(batches=1))["Acme"].diagnosis.sentence
    assert sentence.startswith("Acme has 1 batch with gold images")


def test_a_vendor_that_joins_late_has_a_baseline_of_its_own() -> None:
    made = production(vendors=("Acme", "Late"))
    late = tuple(b for b in made.batches if b.vendor == "Acme" or b.date >= day(9))
    found = watched(replace(made, batches=late))["Late"]
    assert [point.watched for point in found.score.track.points] == [False] * 8 + [True] * 3


def test_a_batch_without_gold_is_passed_over() -> None:
    found = watched(without_images(production(), 10))["Acme"]
    assert [p.batch for p in found.score.track.points] == [b for b in range(20) if b != 10]
    assert found.diagnosis.state == "steady"


def test_a_vendor_without_any_gold_is_said_to_have_none() -> None:
    made = production(batches=2)
    empty = replace(made, batches=tuple(replace(b, images=()) for b in made.batches))
    found = watched(empty)["Acme"]
    assert found.diagnosis.sentence == (
        "Acme has no batch with gold images, so nothing can be said."
    )
    assert found.sensitivity is None


def test_lost_images_lower_the_score_and_nobody_s_skill() -> None:
    made = production()
    batches = tuple(
        replace(
            batch,
            images=tuple(
                replace(entry, score=0.0, class_scores={"road": 0.0}, drawn=False)
                if batch.date >= day(12) and place < 3
                else entry
                for place, entry in enumerate(batch.images)
            ),
        )
        for batch in made.batches
    )
    diagnosis = watched(replace(made, batches=batches))["Acme"].diagnosis
    assert diagnosis.state == "lost"
    assert "24 gold images are missing or unreadable" in diagnosis.sentence


def test_a_new_annotator_is_compared_with_the_vendor() -> None:
    made = production(annotators=("Ann", "Bob"))
    batches = tuple(
        replace(
            batch,
            images=tuple(
                image(entry.item, entry.score - 0.1, stratum="day", annotator="Newt")
                if entry.annotator == "Bob" and batch.date >= day(12)
                else entry
                for entry in batch.images
            ),
        )
        for batch in made.batches
    )
    diagnosis = watched(replace(made, batches=batches))["Acme"].diagnosis
    worst = diagnosis.contributions[0]
    assert (worst.annotator, worst.newcomer, worst.fell) == ("Newt", True, True)
    assert "compared with the vendor's mean" in diagnosis.sentence


def test_without_names_the_report_asks_for_them() -> None:
    made = production(bob_falls)
    nameless = tuple(
        replace(batch, images=tuple(replace(entry, annotator="") for entry in batch.images))
        for batch in made.batches
    )
    diagnosis = watched(replace(made, batches=nameless))["Acme"].diagnosis
    assert diagnosis.contributions == ()
    assert "Say who labelled which image" in diagnosis.sentence


def test_a_metric_of_which_lower_is_better_is_turned_round() -> None:
    made = production(bob_falls)
    turned = tuple(
        replace(b, images=tuple(replace(entry, score=1 - entry.score) for entry in b.images))
        for b in made.batches
    )
    errors = replace(made, batches=turned, metric="severe_error_rate", higher_is_better=False)
    found = watched(errors)["Acme"]
    assert found.diagnosis.state == "vendor"
    assert found.diagnosis.adjusted.value > 0.03
    assert found.diagnosis.contributions[0].annotator == "Bob"
    assert found.diagnosis.contributions[0].fell
    assert found.score.track.points[0].mean == pytest.approx(0.2, abs=0.03)


def test_all_charts_together_share_the_rate_of_false_alarms() -> None:
    (found,) = watched(production()).values()
    quality = (found.score, found.adjusted, *found.annotators, *found.classes)
    assert sum(1 / chart.run_length for chart in quality) == pytest.approx(1 / 200)
    assert sum(1 / chart.run_length for chart in found.images) == pytest.approx(1 / 200)
    assert found.quality_charts == len(quality)
    assert sum(SHARES.values()) == pytest.approx(1)


def test_evidence_of_image_charts_is_added_up() -> None:
    (found,) = watched(production(winter)).values()
    assert found.look.signal is not None
    assert found.look.since in {12, 13}
    assert "stratum dusk" in found.look.leading or "stratum day" in found.look.leading
    first = dict(found.look.evidence)[12]
    parts = [p.evidence for c in found.images for p in c.track.points if p.batch == 12]
    assert first == pytest.approx(sum(parts))


def test_the_same_gold_for_all_finds_a_fall_that_hard_images_hide() -> None:
    found = watched(shared_gold(lambda vendor, batch: 0.02 * (vendor == "Acme" and batch >= 12)))
    acme = found["Acme"]
    assert acme.relative is not None
    assert acme.relative.track.signal in {12, 13, 14, 15}
    assert acme.diagnosis.state == "vendor"
    assert found["Other"].diagnosis.state == "steady"


def test_a_vendor_is_not_blamed_where_the_others_got_better() -> None:
    found = watched(shared_gold(lambda vendor, batch: -0.03 * (vendor == "Other" and batch >= 12)))
    assert found["Acme"].diagnosis.state == "behind"
    assert "the others may have got better" in found["Acme"].diagnosis.sentence


def test_vendors_that_share_no_gold_are_not_compared_on_it() -> None:
    found = watched(production(vendors=("Acme", "Other")))
    assert all(entry.relative is None for entry in found.values())


def test_a_chart_beside_others_takes_its_share() -> None:
    found = watched(shared_gold(lambda _vendor, _batch: 0.0))["Acme"]
    quality = (*found.own, *found.annotators, *found.classes)
    assert sum(1 / chart.run_length for chart in quality) == pytest.approx(1 / 200)
    assert found.adjusted.run_length < found.score.run_length


def unseen_dusk(
    vendor: str, annotator: str, batch: int, rng: np.random.Generator
) -> tuple[float, str]:
    """Dusk that the buyer names for three of four images only."""
    value, stratum = winter(vendor, annotator, batch, rng)
    return value, stratum if rng.random() < 0.75 else "day"


def test_a_remainder_that_all_annotators_share_is_not_blamed_where_images_changed() -> None:
    diagnosis = watched(production(unseen_dusk, batches=24))["Acme"].diagnosis
    assert diagnosis.state == "unclear"
    assert "shared by all annotators" in diagnosis.sentence
    assert "would tell people from images" in diagnosis.sentence


def contribution(change: float, error: float) -> Contribution:
    reach = 2.24 * error
    return Contribution(
        "Ann", 0.5, Score(change, change - reach, change + reach), 0.0, False, False
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([-0.05, 0.0], True),
        ([-0.05, -0.045], False),
        ([-0.05], False),
        ([-0.05, math.nan], False),
        ([], False),
    ],
)
def test_annotators_differ_where_their_changes_do(changes: list[float], expected: bool) -> None:
    assert differ([contribution(change, 0.01) for change in changes]) == expected
