"""Claimed minutes beside what the images ask for."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.chance import mean_test
from assay.honesty.spec import Detector, Kind, Measurement, Need

_ROUNDS = 30
#: Residuals beyond so many scales count less and less (Huber's constant for 95 % efficiency).
_HUBER = 1.345
_MOST_POINTS = 300


@dataclass(frozen=True)
class ExcessHoursParameters:
    """How much slower than colleagues somebody may be.

    Parameters
    ----------
    honest_factor
        Minutes on the same work, as a multiple of what colleagues claim, that a slow but honest
        annotator may reach.
    people_spread
        How much honest people differ in speed: the standard deviation of the logarithm of their
        minutes on the same work.  Where colleagues differ more, theirs counts.
    least_images
        Fewest images with minutes on which an annotator is tested.
    """

    honest_factor: float = 1.6
    people_spread: float = 0.2
    least_images: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.honest_factor < math.inf:
            raise ParameterError(f"honest_factor is {self.honest_factor}; give 1 or more.")
        if not 0 < self.people_spread < math.inf:
            raise ParameterError(f"people_spread is {self.people_spread}; give 0.2 or so.")
        if self.least_images < 2:
            raise ParameterError(f"least_images is {self.least_images}; give 2 or more.")


@dataclass(frozen=True, eq=False)
class _Table:
    """One row per claimed time: whose, log of minutes, logs of what is in the image."""

    owner: NDArray[np.intp]
    minutes: NDArray[np.float64]
    content: NDArray[np.float64]


def measure_hours(case: Case, parameters: ExcessHoursParameters) -> tuple[Measurement, ...]:
    """Compare each annotator's minutes with what colleagues would have taken for the same."""
    table = _gather(case)
    slopes, levels = _fit(table, len(case.annotators))
    return tuple(
        _measure(case, place, table, slopes, levels, parameters)
        for place in range(len(case.annotators))
    )


def _gather(case: Case) -> _Table:
    contents = {item.key: item.content for item in case.items}
    rows = [
        (place, math.log(minutes), *np.log1p(contents[key]))
        for place, name in enumerate(case.annotators)
        for key, minutes in sorted(case.minutes.get(name, {}).items())
        if minutes > 0 and key in contents and not np.isnan(contents[key]).any()
    ]
    table = np.array(rows, np.float64).reshape(len(rows), 5)
    return _Table(table[:, 0].astype(np.intp), table[:, 1], table[:, 2:])


def _fit(table: _Table, annotators: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return slopes common to all and a level for each annotator, NaN for who has no times.

    Huber's estimator by reweighted least squares; each annotator has a level, so that who claims
    twice the minutes throughout does not bend the slopes.
    """
    present, owner = np.unique(table.owner, return_inverse=True)
    levels = np.full(annotators, np.nan)
    if not present.size:
        return np.zeros(3), levels
    design = np.concatenate([np.eye(present.size)[owner], table.content], axis=1)
    weights = np.ones(len(design))
    solution = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        root = np.sqrt(weights)[:, None]
        solution, *_rest = np.linalg.lstsq(design * root, table.minutes * root[:, 0], rcond=1e-8)
        residuals = np.abs(table.minutes - design @ solution)
        scale = max(float(np.median(residuals)) / 0.6745, 1e-6)
        weights = np.minimum(1.0, _HUBER * scale / np.maximum(residuals, 1e-12))
    levels[present] = solution[: present.size]
    return solution[present.size :], levels


def _measure(
    case: Case,
    place: int,
    table: _Table,
    slopes: NDArray[np.float64],
    levels: NDArray[np.float64],
    parameters: ExcessHoursParameters,
) -> Measurement:
    rows = table.owner == place
    colleagues = np.delete(levels, place)
    colleagues = colleagues[~np.isnan(colleagues)]
    enough = rows.sum() >= parameters.least_images and colleagues.size >= 2
    level = float(np.median(colleagues)) if colleagues.size else math.nan
    expected = table.content[rows] @ slopes + level
    mean, low, high, _ = mean_test(table.minutes[rows] - expected, 0.0)
    p_value = _tail(mean, table.minutes[rows] - expected, colleagues, parameters.people_spread)
    claimed = np.exp(table.minutes[rows])
    predicted = np.exp(expected)
    step = -(-claimed.size // _MOST_POINTS) or 1
    points = tuple(zip(predicted[::step].tolist(), claimed[::step].tolist(), strict=True))
    return Measurement(
        (case.annotators[place],),
        Kind.TEST if enough else Kind.SHOWN,
        math.exp(mean),
        parameters.honest_factor,
        int(rows.sum()),
        f"{claimed.sum() / 60:.1f} hours claimed for {rows.sum()} images; colleagues' times "
        f"predict {predicted.sum() / 60:.1f}."
        if rows.any()
        else "No times were claimed.",
        math.exp(low),
        math.exp(high),
        p_value if enough else math.nan,
        points=points if enough else (),
    )


def _tail(
    excess: float,
    residuals: NDArray[np.float64],
    colleagues: NDArray[np.float64],
    people_spread: float,
) -> float:
    """Return the probability that an honest person is so much slower than the median colleague.

    Three things vary: the person, the median of the colleagues, and the images.
    """
    if colleagues.size < 2 or residuals.size < 2:
        return math.nan
    middle = float(np.median(colleagues))
    spread = max(people_spread, float(np.median(np.abs(colleagues - middle))) / 0.6745)
    # The median of n values has about π/2 times the variance of their mean.
    of_people = spread**2 * (1 + math.pi / 2 / colleagues.size)
    of_images = float(residuals.var(ddof=1)) / residuals.size
    return math.erfc(excess / math.sqrt(2 * (of_people + of_images))) / 2


EXCESS_HOURS = Detector(
    "excess-hours",
    "Somebody claims more time than colleagues need for the same images.",
    """\
Time follows from what is in an image: regions, length of boundaries, classes. A regression over
all annotators (logarithms of minutes, regions, boundary and classes; Huber weights, so that odd
days do not bend it; a level for each annotator, so that nobody bends it for others) says what
colleagues would take for the same images. The content of an image is the median over its
annotators' maps.

**Measured:** claimed minutes as a multiple of what the median colleague would take. **Test:** how
probable is so slow an honest person? People differ by `people_spread` (a standard deviation of 0.2
in logarithms: one in six is slower than the usual by more than a fifth), or by as much as the
colleagues differ where that is more; the median colleague and the images add their chance.
**Flagged** where the adjusted p-value is small *and* the value is above `honest_factor`.

Times come from a table with the columns `item`, `annotator`, `minutes`, and need three annotators
or more.""",
    "More time is claimed than colleagues need",
    "What took the time on these images?",
    (
        "The annotator is new, or was given the hard images.",
        "The clock ran during training, questions, breaks or slow tools.",
        "The colleagues work faster because they look less: compare quality.",
    ),
    "claimed time, as a multiple of colleagues'",
    measure_hours,
    ExcessHoursParameters,
    (Need.MINUTES,),
)
