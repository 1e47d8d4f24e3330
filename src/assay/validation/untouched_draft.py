"""Drafts that came back as they were."""

from dataclasses import dataclass

from assay.delivery import Finding, Severity
from assay.errors import ParameterError
from assay.labels.imprints import count_placed_in, take_imprints
from assay.validation.example import Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import ItemRule, Need
from assay.validation.subject import Subject


@dataclass(frozen=True)
class UntouchedDraftParameters:
    """How much of a draft may come back.

    Parameters
    ----------
    most_untouched
        Largest share of the draft's objects that may be equal in every pixel.
    least_objects
        Drafts with fewer objects say too little about a share; only whole maps count then.
    least_area_px
        Smaller objects are not counted.
    """

    most_untouched: float = 0.8
    least_objects: int = 5
    least_area_px: int = 30

    def __post_init__(self) -> None:
        if not 0 <= self.most_untouched <= 1:
            raise ParameterError(f"most_untouched is {self.most_untouched}; give 0 to 1.")
        for name in ("least_objects", "least_area_px"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name} is {getattr(self, name)}; give 1 or more.")


def find_untouched(subject: Subject, parameters: UntouchedDraftParameters) -> Faults:
    """Find an item that equals its draft, wholly or in most of its objects."""
    draft = subject.preannotation
    if draft is None or not (subject.is_class[draft.values]).any():
        return NONE
    delivered, drafted = (
        take_imprints(
            label_map,
            first_void=subject.ontology.first_void,
            least_area_px=parameters.least_area_px,
        )
        for label_map in (subject.label_map, draft)
    )
    whole = subject.label_map == draft
    untouched, objects = count_placed_in(drafted, delivered), len(drafted)
    many = objects >= parameters.least_objects and (untouched > parameters.most_untouched * objects)
    if not whole and not many:
        return NONE
    message = (
        "The labels equal the draft in every pixel."
        if whole
        else f"{untouched} of the draft's {objects} objects came back equal in every pixel."
    )
    remedy = "Compare the draft with the image. If it was right, say so; otherwise correct it."
    return Faults.of([Finding("untouched-draft", Severity.WARNING, subject.key, message, remedy)])


UNTOUCHED_DRAFT = ItemRule(
    "untouched-draft",
    "The labels equal the pre-annotation that was to be corrected.",
    """\
A draft is paid for being checked and corrected. Where it comes back as it was, either it was
right, or nobody looked.

## What is found

A map that equals its draft in every pixel; or more than `most_untouched` of the draft's objects
(4-connected regions of at least `least_area_px`) found again with the same class, place and
pixels, where the draft has `least_objects` or more. The draft of an item has its key and its size;
a draft of another size is not compared.

## What to do

Compare with the image. Whether annotators look is best learned by putting known errors into some
drafts: `assay honesty` counts how many were left in, and how sure that makes you.

## When it misleads

Good drafts deserve to be kept. This rule says that nothing was changed, not that something should
have been.
""",
    find_untouched,
    clean=Example(
        "1111111 1122211 1122211 1112211 1111111",
        preannotation="1111111 1122111 1122211 1111211 1111111",
        parameters=UntouchedDraftParameters(least_area_px=1),
    ),
    faulty=Example(
        "1111111 1122211 1122211 1112211 1111111",
        preannotation="1111111 1122211 1122211 1112211 1111111",
        parameters=UntouchedDraftParameters(least_area_px=1),
    ),
    parameters=UntouchedDraftParameters,
    needs=Need.PREANNOTATION,
)

RULES = (UNTOUCHED_DRAFT,)
