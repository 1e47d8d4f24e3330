"""How fast volume may grow: at most twofold every two to three weeks, while quality holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from assay.errors import ParameterError


@dataclass(frozen=True)
class RampTerms:
    """How a vendor's volume grows.

    Parameters
    ----------
    start
        Images of the first batch, 500 to 1,000.
    factor
        By how much volume may grow at most in one step.
    days
        How long a volume must have been held before it grows: two to three weeks.
    bar
        The lower bound of quality that must hold.

    Examples
    --------
    >>> RampTerms(bar=0.85).start
    500
    """

    bar: float
    start: int = 500
    factor: Fraction = Fraction(2)
    days: int = 14

    def __post_init__(self) -> None:
        if not 500 <= self.start <= 1000:
            raise ParameterError(
                f"The ramp starts at {self.start} images. Start at 500 to 1,000: fewer show too "
                "little of quality, more are too much to lose."
            )
        if not 1 < self.factor <= 2:
            raise ParameterError(
                f"Volume would grow {float(self.factor):g}-fold. Let it grow at most twofold."
            )
        if not 14 <= self.days <= 21:
            raise ParameterError(
                f"Volume would grow every {self.days} days. Let it grow every 14 to 21."
            )
        if not 0 < self.bar < 1:
            raise ParameterError(f"The bar of quality is {self.bar}; give a number in 0 to 1.")


@dataclass(frozen=True)
class RampStep:
    """A batch that was sent out.

    Parameters
    ----------
    images
        Its volume.
    sent_on
        Day.
    quality_low
        Lower confidence bound of its quality, None while it is not decided.
    accepted
        Whether it was accepted; None while it is not decided.
    """

    images: int
    sent_on: date
    quality_low: float | None = None
    accepted: bool | None = None


@dataclass(frozen=True)
class RampProposal:
    """What may be sent out next.

    Parameters
    ----------
    images
        The highest volume of the next batch.
    grows
        Whether it is more than before.
    grows_on
        First day on which time alone would let it grow, or None where nothing was sent at
        this level yet.
    reasons
        Why, for people, the deciding one first.
    """

    images: int
    grows: bool
    grows_on: date | None
    reasons: tuple[str, ...]


def propose(history: Sequence[RampStep], terms: RampTerms, today: date) -> RampProposal:
    """Propose the volume of the next batch.

    Volume starts at ``terms.start``.  It grows by at most ``terms.factor`` once its level was held
    for ``terms.days``, every batch is decided, and the last one was accepted with a lower bound of
    quality at the bar or above.  A batch that was rejected, or whose bound lies below the bar, lets
    the level fall by the factor, never below the start, and the days are counted anew.

    Parameters
    ----------
    history
        Batches of one vendor in the order in which they were sent.

    Examples
    --------
    >>> held = [RampStep(500, date(2026, 3, 2), quality_low=0.88, accepted=True)]
    >>> propose(held, RampTerms(bar=0.85), date(2026, 3, 16)).images
    1000
    >>> propose(held, RampTerms(bar=0.85), date(2026, 3, 10)).reasons[0]
    '500 images were first sent on 2026-03-02; volume may grow from 2026-03-16.'
    """
    for earlier, later in pairwise(history):
        if later.sent_on < earlier.sent_on:
            raise ParameterError(
                f"The batch of {later.sent_on} stands after that of {earlier.sent_on}. "
                "List batches as they were sent."
            )
    level, since = _level(history, terms)
    if since is None:
        why = f"The first batch has at most {level:,} images."
        if history:
            why = f"{_failure(history[-1], terms)} At most {level:,} images."
        return RampProposal(level, grows=False, grows_on=None, reasons=(why,))
    grows_on = since + timedelta(days=terms.days)
    doubts = tuple(_doubts(history, level, since, grows_on, today))
    if doubts:
        return RampProposal(level, grows=False, grows_on=grows_on, reasons=doubts)
    higher = int(level * terms.factor)
    why = (
        f"{level:,} images were held since {since} and the lower bound of quality is "
        f"{history[-1].quality_low:.3f}, at or above {terms.bar:.3f}: at most {higher:,} images."
    )
    return RampProposal(higher, grows=True, grows_on=grows_on, reasons=(why,))


def _level(history: Sequence[RampStep], terms: RampTerms) -> tuple[int, date | None]:
    """Return the volume that was reached, and since when; None where none was sent at it yet."""
    level, since = terms.start, None
    for step in history:
        if since is None or step.images > level:
            level, since = max(level, step.images), step.sent_on
        if _failure(step, terms):
            level, since = max(terms.start, int(level / terms.factor)), None
    return level, since


def _failure(step: RampStep, terms: RampTerms) -> str:
    """Return why a batch lets the volume fall; "" where it does not."""
    if step.accepted is None:
        return ""
    if not step.accepted:
        return f"The batch of {step.sent_on} was not accepted."
    if step.quality_low is None:
        return f"The batch of {step.sent_on} was accepted without a bound of its quality."
    if step.quality_low < terms.bar:
        return (
            f"The batch of {step.sent_on} has a lower bound of quality of {step.quality_low:.3f}, "
            f"below {terms.bar:.3f}."
        )
    return ""


def _doubts(
    history: Sequence[RampStep], level: int, since: date, grows_on: date, today: date
) -> Iterator[str]:
    if today < grows_on:
        yield f"{level:,} images were first sent on {since}; volume may grow from {grows_on}."
    waiting = [step for step in history if step.accepted is None]
    if waiting:
        yield (
            f"The batch of {waiting[0].sent_on} is not decided yet; at most {level:,} images until "
            "it is."
        )
