"""The study's fast twin is the chart itself, and its exact CUSUM is the literature's."""

import numpy as np
import pytest
from studies.cusum import limit_for as cusum_limit
from studies.cusum import mean_run_length, median_delay
from studies.drift import surprises, waits, weighed

from assay.drift.chart import Stream, follow
from assay.drift.evidence import limit_for


@pytest.mark.parametrize("images", [1, 3, 20])
def test_many_runs_at_once_are_as_each_by_itself(images: int) -> None:
    rng = np.random.default_rng(images)
    scores = 0.9 - 0.05 * rng.gamma(1.0, size=(6, 30, images))
    scores[3:, 20:] -= 0.1
    values = weighed(surprises(scores))
    found = waits(values, baseline=8, limit=limit_for(200))
    for run in range(6):
        batches = np.repeat(np.arange(30), images)
        stream = Stream(batches, scores[run].ravel(), np.empty((batches.size, 0)))
        track = follow(stream, first_watched=8, limit=limit_for(200))
        # After an alarm the chart trusts other batches than the twin.
        last = 30 if track.signal is None else track.signal + 1
        alone = [point.surprise for point in track.points[:last]]
        assert alone == pytest.approx(values[run, :last].tolist(), abs=1e-3)
        assert found[run] == (np.inf if track.signal is None else track.signal - 7)


def test_the_cusum_has_the_run_lengths_of_the_literature() -> None:
    # Hawkins and Olwell 1998, table 3.1: one-sided, k = 0.5.
    assert mean_run_length(0.5, 4.0) == pytest.approx(336, rel=0.005)
    assert mean_run_length(0.5, 5.0) == pytest.approx(930, rel=0.005)
    assert mean_run_length(0.5, 4.0, 1.0) == pytest.approx(8.34, abs=0.05)


def test_the_limit_of_a_cusum_gives_the_run_length_asked_for() -> None:
    assert mean_run_length(0.7, cusum_limit(0.7, 200.0)) == pytest.approx(200, rel=1e-3)
    assert median_delay(4.0, 200.0) == 1
