"""Deliveries sent again and again with hardly a change."""

from dataclasses import dataclass
from itertools import pairwise

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.spec import Detector, Kind, Measurement, Need


@dataclass(frozen=True)
class ProbingParameters:
    """How often a delivery may come back nearly the same.

    Parameters
    ----------
    most_small
        So many deliveries may differ little from the one before.
    small_share
        Largest share of the items that a delivery which differs little has changed.
    """

    most_small: int = 3
    small_share: float = 0.05

    def __post_init__(self) -> None:
        if self.most_small < 0:
            raise ParameterError(f"most_small is {self.most_small}; give 0 or more.")
        if not 0 < self.small_share < 1:
            raise ParameterError(f"small_share is {self.small_share}; give 0 to 1.")


def measure_probing(case: Case, parameters: ProbingParameters) -> tuple[Measurement, ...]:
    """Count, for each annotator, the deliveries that changed hardly anything."""
    return tuple(_measure(case, place, parameters) for place in range(len(case.annotators)))


def _measure(case: Case, place: int, parameters: ProbingParameters) -> Measurement:
    earlier = len(case.earlier[place]) if case.earlier else 0
    versions = [
        tuple(
            item.earlier[place][number] if number < earlier else item.digests[place]
            for item in case.items
        )
        for number in range(earlier + 1)
    ]
    small = 0
    for before, after in pairwise(versions):
        changed = sum(one != other for one, other in zip(before, after, strict=True))
        small += 0 < changed <= max(1, parameters.small_share * sum(map(bool, after)))
    return Measurement(
        (case.annotators[place],),
        Kind.EXACT,
        float(small),
        float(parameters.most_small),
        len(case.items),
        f"{small} of {earlier} resubmissions changed at most "
        f"{100 * parameters.small_share:g} % of the items.",
    )


PROBING = Detector(
    "probing",
    "A delivery was sent again and again with hardly a change.",
    """\
Who sees a score after each delivery can find the gold: change a few items, look whether the score
moves. Exact scores give away 10 gold images of 200 in 46 submissions. The defence is to score the
first submission only and to answer in coarse bands; this detector says whether somebody tried.

**Measured:** deliveries that differ from the one before in at least one item and at most
`small_share` of them (5 %, and always one). List earlier deliveries oldest first. **Flagged** above
`most_small`. There is no p-value.""",
    "Many resubmissions changed hardly anything",
    "What was corrected in each of these deliveries?",
    (
        "Reviewers sent single items back, one at a time.",
        "An upload failed and was repeated.",
    ),
    "resubmissions with hardly a change",
    measure_probing,
    ProbingParameters,
    (Need.EARLIER,),
)
