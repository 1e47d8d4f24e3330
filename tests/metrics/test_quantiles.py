"""Quantiles against scipy, which Assay itself does without."""

import pytest
from scipy import stats

from assay.errors import ParameterError
from assay.metrics.quantiles import normal_quantile, student_quantile

LEVELS = (0.001, 0.025, 0.2, 0.5, 0.8, 0.9, 0.975, 0.995, 0.9999)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 19, 20, 199, 1000, 9999, 10_000])
def test_student_quantiles_equal_scipy(degrees: int) -> None:
    for level in LEVELS:
        assert student_quantile(level, degrees) == pytest.approx(
            stats.t.ppf(level, degrees), rel=1e-7, abs=1e-9
        )


def test_many_degrees_are_normal() -> None:
    assert student_quantile(0.975, 10_001) == normal_quantile(0.975)
    assert student_quantile(0.975, 10_000) == pytest.approx(normal_quantile(0.975), abs=3e-4)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, float("nan")])
def test_a_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ParameterError, match="between 0 and 1"):
        normal_quantile(level)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        student_quantile(level, 5)


def test_no_degrees_are_refused() -> None:
    with pytest.raises(ParameterError, match="1 degree of freedom or more"):
        student_quantile(0.5, 0)
