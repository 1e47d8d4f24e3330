import pytest

from assay.errors import ParameterError
from assay.sampling.acceptance import Look
from assay.sampling.layers import Layered, Outcome, ReviewVerdict, layer_reviews


def peer(outcome: Outcome, score: float = 1.0, severe: int = 0) -> ReviewVerdict:
    return ReviewVerdict("peer", outcome, score, severe)


def expert(outcome: Outcome, score: float = 1.0, severe: int = 0) -> ReviewVerdict:
    return ReviewVerdict("expert", outcome, score, severe)


def test_a_peer_begins() -> None:
    assert layer_reviews([]) == Layered(None, "peer")


def test_a_sure_peer_without_severe_errors_is_enough() -> None:
    assert layer_reviews([peer("fail", 0.7)]) == Layered(Look(0.7, 0), None)


@pytest.mark.parametrize("first", [peer("unsure", 0.5), peer("fail", 0.5, severe=1)])
def test_doubt_and_severe_errors_go_to_an_expert(first: ReviewVerdict) -> None:
    assert layer_reviews([first]) == Layered(None, "expert")


def test_an_expert_who_agrees_settles_it_by_the_expert_s_figures() -> None:
    verdicts = [peer("fail", 0.5, severe=2), expert("fail", 0.6, severe=1)]
    assert layer_reviews(verdicts) == Layered(Look(0.6, 1), None)


def test_an_expert_settles_what_a_peer_was_unsure_of() -> None:
    assert layer_reviews([peer("unsure"), expert("pass", 0.9)]) == Layered(Look(0.9, 0), None)


def test_two_who_differ_go_to_an_adjudicator_who_decides() -> None:
    verdicts = [peer("fail", 0.5, severe=1), expert("pass", 0.9)]
    assert layer_reviews(verdicts) == Layered(None, "adjudication")
    last = ReviewVerdict("adjudication", "fail", 0.6, severe=1)
    assert layer_reviews([*verdicts, last]) == Layered(Look(0.6, 1), None)


def test_an_adjudicator_must_decide() -> None:
    verdicts = [peer("unsure"), expert("unsure")]
    with pytest.raises(ParameterError, match="say pass or fail"):
        layer_reviews([*verdicts, ReviewVerdict("adjudication", "unsure", 0.5, 0)])


def test_layers_come_in_order_and_once() -> None:
    with pytest.raises(ParameterError, match="not in the order"):
        layer_reviews([expert("pass")])
    with pytest.raises(ParameterError, match="not in the order"):
        layer_reviews([peer("pass"), peer("pass")])


def test_what_has_severe_errors_does_not_pass() -> None:
    with pytest.raises(ParameterError, match="does not pass"):
        peer("pass", severe=1)
