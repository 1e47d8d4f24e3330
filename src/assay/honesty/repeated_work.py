"""Label maps that were delivered before, for another image or as a whole."""

from collections import Counter
from dataclasses import dataclass

from assay.errors import ParameterError
from assay.honesty.case import Case, ItemFacts
from assay.honesty.spec import Detector, Kind, Measurement


@dataclass(frozen=True)
class RepeatedWorkParameters:
    """How many repetitions are let be.

    Parameters
    ----------
    most_items
        So many items may equal another image's labels by mistake.
    """

    most_items: int = 1

    def __post_init__(self) -> None:
        if self.most_items < 0:
            raise ParameterError(f"most_items is {self.most_items}; give 0 or more.")


def measure_repeats(case: Case, parameters: RepeatedWorkParameters) -> tuple[Measurement, ...]:
    """Count, for each annotator, items that equal another image's labels, or all of an old one."""
    # By digest: the images that anybody ever delivered it for before.
    before: dict[str, set[str]] = {}
    for item in case.items:
        for digests in item.earlier:
            for digest in filter(None, digests):
                before.setdefault(digest, set()).add(item.key)
    return tuple(
        _measure(case, place, before, parameters.most_items)
        for place in range(len(case.annotators))
    )


def _measure(case: Case, place: int, before: dict[str, set[str]], allowance: int) -> Measurement:
    done = case.done_by(place)
    telling = [item for item in done if item.telling[place]]
    seen = Counter(item.digests[place] for item in telling)
    moved = sum(bool(before.get(item.digests[place], {item.key}) - {item.key}) for item in telling)
    twice = sum(often - 1 for often in seen.values())
    whole = _repeated(case, place, done) if telling else ""
    facts = [
        f"{moved} of {len(done)} items equal another image's labels of an earlier delivery",
        f"{twice} equal another image's labels of this one",
    ]
    if whole:
        facts.append(f"all {len(done)} items equal those of {whole}")
    return Measurement(
        (case.annotators[place],),
        Kind.EXACT,
        float(moved + twice + (len(done) if whole else 0)),
        float(allowance),
        len(done),
        "; ".join(facts) + ".",
    )


def _repeated(case: Case, place: int, done: tuple[ItemFacts, ...]) -> str:
    """Return the name of the annotator's earlier delivery that this one repeats, or nothing."""
    names = case.earlier[place] if case.earlier else ()
    for number, name in enumerate(names):
        if all(item.earlier[place][number] == item.digests[place] for item in done):
            return name
    return ""


REPEATED_WORK = Detector(
    "repeated-work",
    "Labels were delivered before, for another image or as a whole.",
    """\
Labels are compared by what they say (a digest of the map), so another file format, name or
compression hides nothing.

**Measured:** items whose labels equal those of *another* image, in this delivery or in an earlier
one of any annotator; and all items, where a whole delivery equals an earlier one of the same
annotator. Items that come along unchanged under their own name do not count. Maps in which labels
change at fewer than 16 columns, such as empty ones, are equal by chance and left out.
**Flagged** above `most_items`. There is no p-value.""",
    "Labels were delivered before",
    "Is this the file that you meant to deliver?",
    (
        "The wrong file was uploaded. This is the usual reason.",
        "One image has two names, or consecutive frames show the same.",
        "Nothing was asked to be changed.",
    ),
    "repeated items",
    measure_repeats,
    RepeatedWorkParameters,
)
