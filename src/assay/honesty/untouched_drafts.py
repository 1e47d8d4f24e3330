"""Pre-annotations that came back as they were."""

from dataclasses import dataclass

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.chance import binomial_tail, rate_interval
from assay.honesty.spec import Detector, Kind, Measurement, Need


@dataclass(frozen=True)
class UntouchedDraftsParameters:
    """What honest correctors overlook.

    Parameters
    ----------
    honest_misses
        Share of seeded errors that somebody who looks may leave in.
    """

    honest_misses: float = 0.3

    def __post_init__(self) -> None:
        if not 0 < self.honest_misses < 1:
            raise ParameterError(f"honest_misses is {self.honest_misses}; give 0 to 1.")


def measure_drafts(case: Case, parameters: UntouchedDraftsParameters) -> tuple[Measurement, ...]:
    """Measure the share of seeded errors left in; without seeds, show what came back as it was."""
    return tuple(
        _measure(case, place, parameters.honest_misses) for place in range(len(case.annotators))
    )


def _measure(case: Case, place: int, allowance: float) -> Measurement:
    drafts = [item.draft for item in case.done_by(place) if item.draft is not None]
    seeds = sum(draft.seeds for draft in drafts)
    objects = sum(draft.objects for draft in drafts)
    untouched = sum(draft.untouched[place] for draft in drafts)
    back = f"{untouched:,} of the drafts' {objects:,} objects came back equal in every pixel"
    if not seeds:
        return Measurement(
            (case.annotators[place],),
            Kind.SHOWN,
            untouched / objects if objects else float("nan"),
            allowance,
            len(drafts),
            f"{back}; without seeded errors nobody can say whether they should have.",
        )
    left = sum(draft.left_in[place] for draft in drafts)
    low, high = rate_interval(left, seeds)
    return Measurement(
        (case.annotators[place],),
        Kind.TEST,
        left / seeds,
        allowance,
        len(drafts),
        f"{left} of {seeds} seeded errors were left in; {back}.",
        low,
        high,
        binomial_tail(left, seeds, allowance),
    )


UNTOUCHED_DRAFTS = Detector(
    "untouched-drafts",
    "Errors that the buyer put into drafts came back.",
    """\
Drafts of a model are paid for being checked. Put a known error into some of them (a missing
object, a shifted outline, another class) and list its box in the table of seeded errors: columns
`item`, `top`, `left`, `bottom`, `right`, in pixels, ends excluded.

**Measured:** the share of seeded errors that were left in. An error counts as left in where the
delivered labels equal the draft in every pixel of the box. **Test:** exact binomial, one-sided:
are more left in than `honest_misses` of them (0.3), the share that somebody who looks may
overlook? Twelve seeds of which all were left in suffice; seven of twelve never do.

Without seeds the share of objects that came back untouched is shown and never flagged: a good
draft deserves to be kept.""",
    "Seeded errors were left in",
    "How are drafts checked, and how long does a draft take?",
    (
        "The errors were too subtle to be seen, or no errors by the guideline.",
        "The wrong file was uploaded: the drafts instead of the corrections.",
        "The tool did not save the corrections.",
    ),
    "share of seeded errors left in",
    measure_drafts,
    UntouchedDraftsParameters,
    (Need.DRAFT,),
)
