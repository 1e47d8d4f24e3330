"""Volume starts at 500 to 1,000 images and doubles at most, while quality holds."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sourcing.ramp import RampStep, RampTerms, propose

MONDAY = date(2026, 3, 2)
TERMS = RampTerms(bar=0.85)


def sent(images: int, week: int, low: float | None = 0.9, *, accepted: bool = True) -> RampStep:
    return RampStep(images, MONDAY + timedelta(weeks=week), low, accepted)


def waiting(images: int, week: int) -> RampStep:
    return RampStep(images, MONDAY + timedelta(weeks=week))


def after(week: int) -> date:
    return MONDAY + timedelta(weeks=week)


def test_the_first_batch_has_the_start_volume() -> None:
    proposal = propose([], RampTerms(bar=0.85, start=800), MONDAY)
    assert (proposal.images, proposal.grows, proposal.grows_on) == (800, False, None)
    assert proposal.reasons == ("The first batch has at most 800 images.",)


def test_volume_doubles_after_two_weeks_of_quality_that_holds() -> None:
    proposal = propose([sent(500, 0)], TERMS, after(2))
    assert (proposal.images, proposal.grows) == (1000, True)
    (reason,) = proposal.reasons
    assert reason.startswith("500 images were held since 2026-03-02 and the lower bound of quality")
    assert reason.endswith("is 0.900, at or above 0.850: at most 1,000 images.")


def test_a_day_early_it_does_not() -> None:
    proposal = propose([sent(500, 0)], TERMS, after(2) - timedelta(days=1))
    assert (proposal.images, proposal.grows_on) == (500, after(2))


def test_it_waits_for_every_decision() -> None:
    proposal = propose([waiting(500, 0), sent(500, 1)], TERMS, after(4))
    assert (proposal.images, proposal.grows) == (500, False)
    assert proposal.reasons == (
        "The batch of 2026-03-02 is not decided yet; at most 500 images until it is.",
    )


def test_a_second_batch_of_the_same_size_does_not_start_the_days_anew() -> None:
    assert propose([sent(500, 0), sent(500, 1)], TERMS, after(2)).images == 1000


def test_each_doubling_waits_its_own_two_weeks() -> None:
    history = [sent(500, 0), sent(1000, 2)]
    assert propose(history, TERMS, after(3)).images == 1000
    assert propose(history, TERMS, after(4)).images == 2000


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (sent(2000, 4, 0.84), "lower bound of quality of 0.840, below 0.850"),
        (sent(2000, 4, 0.9, accepted=False), "was not accepted"),
        (sent(2000, 4, None), "without a bound of its quality"),
    ],
)
def test_volume_falls_back_where_quality_does_not_hold(bad: RampStep, why: str) -> None:
    proposal = propose([sent(500, 0), sent(1000, 2), bad], TERMS, after(9))
    assert (proposal.images, proposal.grows, proposal.grows_on) == (1000, False, None)
    assert why in proposal.reasons[0]


def test_after_a_fall_the_days_are_counted_anew() -> None:
    history = [sent(1000, 0), sent(2000, 2, 0.8), sent(1000, 3)]
    assert propose(history, TERMS, after(4)).images == 1000
    assert propose(history, TERMS, after(5)).images == 2000


def test_it_never_falls_below_the_start() -> None:
    assert propose([sent(500, 0, 0.1), sent(500, 1, 0.1)], TERMS, after(3)).images == 500


def test_a_small_batch_does_not_lower_the_level() -> None:
    assert propose([sent(1000, 0), sent(40, 1)], TERMS, after(2)).images == 2000


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.floats(0, 1),
            st.sampled_from([None, True, False]),
        ),
        max_size=12,
    )
)
def test_who_obeys_never_more_than_doubles_in_two_weeks(
    weeks: list[tuple[int, float, bool | None]],
) -> None:
    history: list[RampStep] = []
    day = MONDAY
    for wait, low, accepted in weeks:
        day += timedelta(weeks=wait)
        images = propose(history, TERMS, day).images
        assert images >= TERMS.start
        recent = [step.images for step in history if step.sent_on > day - timedelta(days=14)]
        assert all(images <= 2 * step for step in recent) or images == TERMS.start
        if history and images > max(step.images for step in history):
            assert not [step for step in history if step.accepted is None]
            assert history[-1].quality_low is not None
            assert history[-1].quality_low >= TERMS.bar
        history.append(RampStep(images, day, low, accepted))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start": 499}, "Start at 500 to 1,000"),
        ({"start": 1001}, "Start at 500 to 1,000"),
        ({"factor": Fraction(3)}, "at most twofold"),
        ({"days": 13}, "every 14 to 21"),
        ({"bar": 1.0}, "give a number in 0 to 1"),
    ],
)
def test_terms_that_are_no_ramp_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        RampTerms(**{"bar": 0.85, **wrong})  # type: ignore[arg-type]  # wrong by intention


def test_history_stands_in_its_order() -> None:
    with pytest.raises(ParameterError, match="as they were sent"):
        propose([sent(500, 1), sent(500, 0)], TERMS, after(2))
