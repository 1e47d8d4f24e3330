"""Two annotators who err alike more than hard places and habits explain."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.chance import mean_test, permutation_tail
from assay.honesty.spec import Detector, Kind, Measurement, Need

#: Images that the test uses; more only make small p-values smaller.
_MOST_IMAGES = 400


@dataclass(frozen=True)
class SharedErrorsParameters:
    """How alike two may err.

    Parameters
    ----------
    least_excess
        A flag needs the likeness of a pair's errors to exceed that of the other pairs by more.
    least_images
        Fewest images on which a pair is tested.
    """

    least_excess: float = 0.1
    least_images: int = 5

    def __post_init__(self) -> None:
        if not 0 <= self.least_excess < 1:
            raise ParameterError(f"least_excess is {self.least_excess}; give 0 to 1.")
        if self.least_images < 2:
            raise ParameterError(f"least_images is {self.least_images}; give 2 or more.")


def measure_errors(case: Case, parameters: SharedErrorsParameters) -> tuple[Measurement, ...]:
    """Test each pair's likeness of errors against that of the other pairs on the same images."""
    pairs = list(combinations(range(len(case.annotators)), 2))
    rows, columns = np.array(pairs).T
    likeness = np.array([item.likeness[rows, columns] for item in case.items])
    likeness = likeness.reshape(len(case.items), len(pairs))
    return tuple(
        _measure(case, pair, place, likeness, parameters) for place, pair in enumerate(pairs)
    )


def _measure(
    case: Case,
    pair: tuple[int, int],
    place: int,
    likeness: NDArray[np.float64],
    parameters: SharedErrorsParameters,
) -> Measurement:
    known = ~np.isnan(likeness)
    # A pair alone on an image has nothing to be compared with.
    usable = np.flatnonzero(known[:, place] & (known.sum(axis=1) >= 3))
    usable = usable[:: -(-usable.size // _MOST_IMAGES) or 1]
    own = likeness[usable, place]
    others = np.delete(likeness[usable], place, axis=1)
    mean, low, high, _ = mean_test(own - _row_means(others), 0.0)
    names = (case.annotators[pair[0]], case.annotators[pair[1]])
    few = usable.size < parameters.least_images
    return Measurement(
        names,
        Kind.SHOWN if few else Kind.TEST,
        mean,
        parameters.least_excess,
        usable.size,
        f"Likeness of errors {own.mean():.2f}, of the other pairs on the same "
        f"{usable.size} images {_row_means(others).mean():.2f}."
        if usable.size
        else "No image has errors of this pair to compare with others'.",
        low,
        high,
        float("nan") if few else _tail(own - parameters.least_excess, others),
    )


def _tail(own: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return how probable so much likeness is, were it that of any pair but for the allowance."""
    choices = np.column_stack([own, others])
    return permutation_tail(float(own.sum()), [row[~np.isnan(row)] for row in choices])


def _row_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(values)
    means: NDArray[np.float64] = np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
    return means


SHARED_ERRORS = Detector(
    "shared-errors",
    "Two annotators are wrong at the same pixels with the same class, beyond what is common.",
    """\
Where an image is hard everybody errs, and who draws a pixel too large does so everywhere. Raw
agreement on wrong pixels would accuse the honest. So pixels are compared with pixels of one kind
only: right class, distance from where the wrong class
is right (1, 2, 3, 5, 8, 13 px and beyond), and *how
many of the other annotators* gave the same wrong class there.

**Measured:** the likeness of a pair's errors within such kinds, (J − E)/(M − E): J wrong pixels in
common, E expected from how often each errs, M the mean of both numbers of errors. 0 for work done
apart, 1 for equal errors. The value is the excess over the other pairs on the same images.
**Test:** annotators are permuted within each image: had the two nothing to do with each other,
their likeness there would be as likely that of any other pair. Honest people with a habit in common
do have something to do with each other (an excess of 0.06 in simulations, 0.12 between real crowd
workers), so `least_excess` is first taken off the pair's likeness. The p-value is that of the sum
over images (Lugannani and Rice's saddlepoint approximation). **Flagged** where the adjusted p-value
is small.

Without a reference the plurality of the annotators stands in; that takes five, because a pair that
copies moves a smaller plurality. Who copies and then errs anew by a steady hand of more than about
two pixels is not found.""",
    "Two err alike more than others do",
    "Do these two share a room, an account, a tool or a starting point?",
    (
        "The reference is wrong there: those who are right look alike.",
        "Both were taught the same misreading of the guideline.",
        "Both used one model or one semi-automatic tool.",
        "One person works under two names, with leave to do so.",
    ),
    "excess likeness of errors",
    measure_errors,
    SharedErrorsParameters,
    (Need.PANEL, Need.REFERENCE_OR_FIVE),
)
