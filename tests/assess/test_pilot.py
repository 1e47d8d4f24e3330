"""A pilot ranks vendors on the same images and awards only what the images can show."""

import numpy as np
import pytest

from assay import LabelMap
from assay.assess import Plan, judge_pilot
from assay.errors import ParameterError
from assay.sourcing import Money, PilotReport, Vendor
from assess.deliveries import in_memory


def scenes(count: int, seed: int, wrong: float) -> dict[str, LabelMap]:
    """Maps of stripes in which a share of the pixels is wrong."""
    truth = np.tile(np.repeat([1, 2, 3], 8), (24, 1))
    rng = np.random.default_rng(seed)
    return {
        f"{number:03d}": LabelMap.from_dense(
            np.where(rng.random(truth.shape) < wrong, rng.integers(1, 4, truth.shape), truth)
        )
        for number in range(count)
    }


def pilot(images: int, **wrong: float) -> PilotReport:
    reference = in_memory("gold", scenes(images, 0, 0))
    deliveries = [
        (Vendor(name, Money("EUR", 100)), in_memory("files", scenes(images, seed, share)))
        for seed, (name, share) in enumerate(wrong.items(), 1)
    ]
    plan = Plan(resamples=500, measures=("overlap",))
    return judge_pilot("test", deliveries, reference, plan, workers=1)


def test_vendors_are_ranked_as_their_faults_deserve() -> None:
    found = pilot(20, poor=0.3, good=0.05, fair=0.15)
    assert [result.vendor.name for result in found.results] == ["good", "fair", "poor"]
    assert [result.rank for result in found.results] == [1, 2, 3]
    assert found.verdict.award == "good"
    assert all(entry.distinguishable for entry in found.differences)
    np.testing.assert_allclose(found.results[0].rank_probabilities, [1, 0, 0])


def test_nobody_is_awarded_where_the_images_cannot_tell() -> None:
    found = pilot(6, one=0.1, two=0.1)
    assert found.verdict.award is None
    assert "cannot tell" in found.verdict.sentence
    assert found.smallest_difference > abs(found.differences[0].difference.value)


def test_a_difference_is_the_better_vendor_minus_the_other() -> None:
    found = pilot(10, poor=0.3, good=0.05).differences[0]
    assert (found.first, found.second) == ("good", "poor")
    assert found.difference.value > 0
    assert found.probability == 1


def test_one_vendor_alone_is_said_to_be_alone() -> None:
    assert "alone" in pilot(5, only=0.1).verdict.sentence


def test_two_vendors_of_one_name_are_refused() -> None:
    reference = in_memory("gold", scenes(2, 0, 0))
    with pytest.raises(ParameterError, match="each with its own name"):
        judge_pilot("x", [(Vendor("a"), reference), (Vendor("a"), reference)], reference)


def test_a_metric_that_the_plan_does_not_measure_cannot_decide() -> None:
    reference = in_memory("gold", scenes(2, 0, 0))
    with pytest.raises(ParameterError, match="cannot be decided by severe_error_rate"):
        judge_pilot(
            "x",
            [(Vendor("a"), reference)],
            reference,
            Plan(measures=("overlap",)),
            metric="severe_error_rate",
        )
