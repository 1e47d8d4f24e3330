"""How regions and images are scored and ranked."""

import dataclasses

import numpy as np
import pytest

from assay.delivery import Region
from assay.errors import ParameterError
from assay.suspicion import METHODS, RULES, Judgement, Suspect, View, as_finding
from assay.suspicion.calibration import calibrate
from assay.suspicion.confidence import SelfConfidence, add_confidence, measure_confidence, softmin
from assay.suspicion.differences import Difference
from assay.suspicion.methods import (
    RegionsParameters,
    SelfConfidenceParameters,
    rank,
    score_of,
)
from maps import TINY, drawn

LABELS = drawn("1111111 1111111 1111111 1111111")
SEEN = drawn("1111111 1222221 1222221 1111111")


def seen(share: float) -> View:
    rival = np.full(LABELS.shape, share, np.float32)
    return View(LABELS, SEEN, 1 - rival, rival)


def judge(name: str, share: float = 0.9, **settings: float) -> Judgement:
    method = METHODS.get(name)
    parameters = method.parameters(**settings)
    return method.judge("a", seen(share), TINY, parameters)


def test_a_region_scores_its_kind_times_its_margin_times_its_size() -> None:
    judged = judge("regions", half_area_px=10.0)
    (suspect,) = judged.suspects
    assert (suspect.kind, suspect.area_px) == ("missing_object", 10)
    assert suspect.score == pytest.approx(0.8 * (0.9 - 0.1) * 10 / (10 + 10))
    assert judged.score == pytest.approx(suspect.score)
    assert (judged.found, judged.judged_px, judged.differing_px) == (1, 28, 10)


def test_a_large_region_of_which_the_model_is_sure_comes_before_a_thin_one_that_it_doubts() -> None:
    parameters = RegionsParameters()
    missing = Difference("missing_object", Region(0, 0, 8, 8), 60, 1, 2, 0.01, 0.99)
    split = Difference("split", Region(0, 0, 2, 1), 2, 1, 2, 0.05, 0.95)
    assert score_of(missing, parameters) > score_of(split, parameters)


def test_a_surer_model_makes_a_region_more_suspicious() -> None:
    scores = [judge("regions", share).suspects[0].score for share in (0.6, 0.8, 0.99)]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


def test_self_confidence_is_the_softmin_of_all_pixels() -> None:
    judged = judge("self-confidence", temperature=1000.0)
    assert judged.score == pytest.approx(0.9, abs=1e-3)


def test_softmin_lies_between_the_least_and_the_mean() -> None:
    shares = np.array([0.1, 0.9, 0.8], np.float32)
    assert softmin(shares, temperature=0.001) == pytest.approx(0.1)
    assert softmin(shares, temperature=1e6) == pytest.approx(0.6, abs=1e-4)
    assert np.isnan(softmin(np.empty(0, np.float32), temperature=0.1))


def test_thresholds_are_the_mean_self_confidence_of_each_class() -> None:
    found = add_confidence([measure_confidence(seen(0.9), TINY.size)] * 2, TINY.size)
    assert found.thresholds[1] == pytest.approx(0.1)
    assert found.pixels.tolist() == [0, 56, 0, 0, 0]
    assert SelfConfidence(np.zeros(2), np.zeros(2, np.int64)).thresholds.tolist() == [2, 2]


@pytest.mark.parametrize("name", METHODS.names())
def test_an_image_of_which_nothing_can_be_said_has_no_suspects(name: str) -> None:
    silent = np.full(LABELS.shape, np.nan, np.float32)
    method = METHODS.get(name)
    view = View(LABELS, LABELS, silent, silent)
    judged = method.judge("a", view, TINY, method.parameters())
    assert (judged.score, judged.suspects, judged.judged_px) == (0.0, (), 0)


@pytest.mark.parametrize("name", METHODS.names())
def test_labels_that_are_seen_as_they_are_have_no_suspects(name: str) -> None:
    sure = np.ones(LABELS.shape, np.float32)
    method = METHODS.get(name)
    judged = method.judge("a", View(LABELS, LABELS, sure, sure), TINY, method.parameters())
    assert (judged.suspects, judged.score) == ((), 0.0)


def suspect(score: float, place: int = 0) -> Suspect:
    region = Region(place, 0, place + 1, 1)
    return Suspect("a", "hole", region, 1, 1, 2, 0.1, 0.9, score)


def test_ranking_puts_the_highest_score_first_and_breaks_ties_by_place() -> None:
    ranked = rank([suspect(0.5, 2), suspect(0.9, 3), suspect(0.5, 1)])
    assert [entry.region.top for entry in ranked] == [3, 1, 2]


@pytest.mark.parametrize("settings", [{"gap_px": 0}, {"gap_px": 51}, {"half_area_px": -1.0}])
def test_settings_out_of_range_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ParameterError, match="give"):
        RegionsParameters(**settings)
    with pytest.raises(ParameterError, match="temperature"):
        SelfConfidenceParameters(temperature=0.0)


def test_a_suspect_becomes_a_finding_with_its_box_and_a_remedy() -> None:
    (found,) = judge("regions").suspects
    finding = as_finding(found, TINY)
    assert finding.rule == "suspect-missing-object"
    assert finding.rule in {rule.name for rule in RULES}
    assert finding.region == Region(1, 1, 3, 6)
    assert "car is seen where road is labelled" in finding.message
    assert "draw it" in finding.remedy


def verdicts(errors: list[bool]) -> dict[tuple[str, Region], bool]:
    return {("a", Region(n, 0, n + 1, 1)): error for n, error in enumerate(errors)}


def test_probabilities_rise_with_the_score_and_follow_the_verdicts() -> None:
    suspects = [suspect(n / 40, n) for n in range(40)]
    found = calibrate(suspects, verdicts([n >= 20 for n in range(40)]))
    assert found.probability(0.1) == pytest.approx(0.5 / 21)
    assert found.probability(0.9) == pytest.approx(20.5 / 21)
    assert list(found.probabilities) == sorted(found.probabilities)
    assert (found.verdicts, found.errors) == (40, 20)


def test_probabilities_are_calibrated_on_scores_that_are() -> None:
    rng = np.random.default_rng(1)
    scores = rng.random(4000)
    suspects = [suspect(float(score), n) for n, score in enumerate(scores)]
    found = calibrate(suspects, verdicts((rng.random(4000) < scores**2).tolist()))
    for score in (0.2, 0.5, 0.8):
        assert found.probability(score) == pytest.approx(score**2, abs=0.1)


def test_too_few_verdicts_are_refused() -> None:
    suspects = [suspect(n / 40, n) for n in range(40)]
    for said in ([True] * 40, [True, False] * 5):
        with pytest.raises(ParameterError, match="Give 20 or more"):
            calibrate(suspects, verdicts(said))


def test_methods_say_what_they_are() -> None:
    assert METHODS.names()[0] == "regions"
    for method in METHODS:
        assert dataclasses.is_dataclass(method.parameters)
        assert method.summary
        assert method.advice
