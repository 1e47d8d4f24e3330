"""Charts sound false alarms as seldom as they say, and true ones soon."""

import math

import numpy as np
import pytest

from assay.drift.chart import Stream, Track, follow
from assay.drift.evidence import FALLS, OVERSHOOT, Evidence, begin_of_change, limit_for
from assay.drift.sensitivity import median_delay, sensitivity_of


def stream(scores: np.ndarray, *, images: int) -> Stream:
    batches = np.repeat(np.arange(len(scores) // images), images)
    return Stream(batches, scores, np.empty((len(scores), 0)))


def watched(
    rng: np.random.Generator, *, fall: float = 0.0, batches: int = 28, run_length: float = 50.0
) -> Track:
    """Follow 20 skewed scores a batch; a fall, if any, begins with the ninth."""
    scores = 0.88 - 0.05 * rng.gamma(1.0, size=20 * batches)
    scores[160:] -= fall
    return follow(stream(scores, images=20), first_watched=8, limit=limit_for(run_length))


def test_evidence_is_the_sum_over_every_begin_of_a_change() -> None:
    surprises = [0.3, -1.2, -2.0, 0.4]
    falls = np.array(FALLS)
    ratios = [np.exp(-falls * z - falls**2 / 2) for z in surprises]
    slow = sum(np.prod(ratios[begin:], axis=0) for begin in range(4)).mean()
    evidence = Evidence()
    assert [evidence.after(z) for z in surprises][-1] == pytest.approx(slow)


def test_evidence_less_the_batches_is_a_martingale() -> None:
    rng = np.random.default_rng(1)
    ends = []
    for _ in range(4000):
        evidence = Evidence()
        ends.append([evidence.after(z) for z in rng.standard_normal(5)][-1])
    # Heavy tails: its mean is 5, most of it from rare runs.
    assert np.mean(np.minimum(ends, 1e3)) == pytest.approx(5, rel=0.2)


def test_runs_to_a_false_alarm_are_as_long_as_stated() -> None:
    rng = np.random.default_rng(2)
    z = rng.standard_normal((1500, 800))
    falls = np.array(FALLS)
    sums, waits = np.zeros((1500, len(falls))), np.full(1500, 800.0)
    for batch in range(800):
        sums = (sums + 1) * np.exp(-falls * z[:, batch : batch + 1] - falls**2 / 2)
        new = (sums.mean(axis=1) >= limit_for(100)) & (waits == 800)
        waits[new] = batch + 1
    assert 95 < waits.mean() < 125
    assert 1.9 <= OVERSHOOT <= 1.98


def test_a_steady_vendor_is_left_alone_and_a_falling_one_is_not() -> None:
    rng = np.random.default_rng(3)
    false = [watched(rng).signal is not None for _ in range(60)]
    # 20 watched batches at one false alarm in 50.
    assert np.mean(false) < 0.5
    delays = [watched(rng, fall=0.04).signal or math.inf for _ in range(40)]
    assert np.median(delays) - 7 <= 3


def test_the_begin_of_a_change_is_found() -> None:
    rng = np.random.default_rng(4)
    found = [watched(rng, fall=0.06).since for _ in range(40)]
    assert np.mean([place == 8 for place in found]) > 0.8


def test_a_chart_never_rewrites_its_history() -> None:
    scores = 0.8 + 0.05 * np.random.default_rng(5).standard_normal(20 * 15)
    whole = follow(stream(scores, images=20), first_watched=8, limit=50)
    part = follow(stream(scores[:240], images=20), first_watched=8, limit=50)
    # The first is compared with nothing: NaN equals nothing, itself included.
    assert whole.points[1:12] == part.points[1:]


def test_after_an_alarm_the_fallen_batches_are_no_baseline() -> None:
    track = watched(np.random.default_rng(6), fall=0.08)
    assert track.signal is not None
    last = track.points[-1]
    assert last.expected == pytest.approx(0.83, abs=0.02)
    assert last.evidence > 1


def test_scores_that_never_vary_give_no_alarm_and_no_error() -> None:
    track = follow(stream(np.full(300, 0.9), images=20), first_watched=8, limit=50)
    assert track.signal is None
    assert all(point.surprise == 0 for point in track.points)


def test_one_image_a_batch_is_enough_to_find_a_large_fall() -> None:
    rng = np.random.default_rng(7)
    scores = 0.8 + 0.03 * rng.standard_normal(60)
    scores[30:] -= 0.1
    track = follow(stream(scores, images=1), first_watched=20, limit=limit_for(200))
    assert track.signal is not None
    assert 30 <= track.signal < 40


def test_one_batch_is_a_point_and_nothing_more() -> None:
    track = follow(stream(np.full(5, 0.8), images=5), first_watched=8, limit=50)
    assert len(track.points) == 1
    assert math.isnan(track.points[0].expected)


def test_batches_that_differ_by_themselves_are_weighed_less() -> None:
    rng = np.random.default_rng(8)
    alarms = {"images": 0, "batches": 0}
    for _ in range(40):
        noise = 0.05 * rng.standard_normal(20 * 38)
        moods = np.repeat(0.02 * rng.standard_normal(38), 20)
        for kind, scores in (("images", 0.8 + noise), ("batches", 0.8 + noise + moods)):
            track = follow(stream(scores, images=20), first_watched=12, limit=limit_for(200))
            alarms[kind] += track.signal is not None
            if kind == "batches" and track.signal is None:
                assert track.overdispersed
    assert alarms["batches"] < 20


def test_a_rise_is_an_alarm_only_where_either_way_counts() -> None:
    rng = np.random.default_rng(9)
    scores = 0.7 + 0.05 * rng.standard_normal(400)
    scores[200:] += 0.1
    rising = stream(scores, images=20)
    assert follow(rising, first_watched=8, limit=50).signal is None
    both = follow(rising, first_watched=8, limit=50, direction="change")
    assert both.signal in {10, 11}
    assert both.since == 10


def test_the_most_likely_begin_is_where_the_sum_is_steepest() -> None:
    assert begin_of_change(np.array([1.0, 0.5, -3.0, -1.0])) == 2
    assert begin_of_change(np.array([1.0])) == 0


def test_larger_falls_are_found_sooner() -> None:
    delays = [median_delay(fall, limit=105, seed=1) for fall in (0.5, 1.0, 2.0, 4.0)]
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] == 1


def test_what_could_be_found_follows_from_images_and_spread() -> None:
    few = sensitivity_of(0.1, 5, 40, limit=105, seed=1)
    many = sensitivity_of(0.1, 50, 400, limit=105, seed=1)
    assert many.batches_to_find < few.batches_to_find
    assert few.fall_in_three == pytest.approx(many.fall_in_three * math.sqrt(10), rel=0.05)
    assert sensitivity_of(0.0, 5, 40, limit=105, seed=1).batches_to_find == 1
