"""Work that was delivered before."""

from collections.abc import Mapping
from dataclasses import dataclass

from assay.delivery import Finding, Severity
from assay.errors import ParameterError
from assay.labels.imprints import changing_columns
from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.faults import Faults
from assay.validation.spec import BatchRule, Need
from assay.validation.subject import Subject


@dataclass(frozen=True)
class RepeatedLabelsParameters:
    """Which equal maps mean anything.

    Parameters
    ----------
    least_columns
        Fewest columns of the image at which labels change somewhere; maps with fewer, such as
        empty ones, are equal by chance.
    """

    least_columns: int = 16

    def __post_init__(self) -> None:
        if self.least_columns < 1:
            raise ParameterError(f"least_columns is {self.least_columns}; give 1 or more.")


@dataclass(frozen=True)
class Print:
    """What is kept of an item.

    Parameters
    ----------
    digest
        Digest of the label map, whatever the file.
    telling
        Whether equality means anything.
    """

    digest: str
    telling: bool


def take_print(subject: Subject, parameters: RepeatedLabelsParameters) -> Print:
    """Return the digest of an item."""
    label_map = subject.label_map
    telling = changing_columns(label_map) >= parameters.least_columns
    return Print(label_map.digest, telling)


def find_repeats(batch: Batch[Print], parameters: RepeatedLabelsParameters) -> Faults:
    """Find deliveries that repeat an earlier one, and items that repeat another image's labels."""
    del parameters
    found: list[Finding] = []
    for name, earlier in batch.previous.items():
        same = sum(_same(batch.summaries.get(key), old) for key, old in earlier.items())
        telling = any(entry.telling for entry in batch.summaries.values())
        if same and telling and same == len(batch.keys) == len(batch.summaries):
            found.append(_whole(name, same))
    found += _moved(batch.summaries, batch.previous)
    return Faults.of(found)


def _same(new: Print | None, old: Print) -> bool:
    return new is not None and new.digest == old.digest


def _whole(name: str, items: int) -> Finding:
    return Finding(
        "repeated-labels",
        Severity.ERROR,
        "",
        f"The delivery repeats {name}: the labels of all {items} items are equal in every pixel.",
        "Deliver the corrected labels. If nothing was to be corrected, say so.",
    )


def _moved(
    summaries: Mapping[str, Print], previous: Mapping[str, Mapping[str, Print]]
) -> list[Finding]:
    """Return the items that equal another image's labels of an earlier delivery."""
    owners: dict[str, tuple[str, str]] = {}
    for name, earlier in previous.items():
        for key, old in earlier.items():
            owners.setdefault(old.digest, (name, key))
    repeats = [
        (key, *owners[new.digest])
        for key, new in summaries.items()
        if new.telling and new.digest in owners and key != owners[new.digest][1]
    ]
    return [
        Finding(
            "repeated-labels",
            Severity.WARNING,
            key,
            f"The labels equal those of {old} in {name}, an image of another name, in every pixel.",
            "Check whether both are the same image. If not, label this one.",
        )
        for key, name, old in repeats
    ]


_OLD = "1111111 1122211 1122211 1112211 1111111"
_NEW = "1111111 1122211 1122221 1112211 1111111"

REPEATED_LABELS = BatchRule(
    "repeated-labels",
    "A delivery repeats labels that were delivered before.",
    """\
Labels are compared by what they say, not by their files: another format, name, time or
compression hides nothing.

## What is found

A delivery whose items all equal those of the same names in an earlier delivery: nothing was
changed since. And single items whose labels equal those of *another* image in an earlier delivery.
Items that were accepted before and come along unchanged are no finding. Maps in which labels
change at fewer than `least_columns` columns, such as empty ones, are equal by chance and left out.

## What to do

For a whole delivery, ask whether the right file was uploaded; that is the usual reason. For an
item, put both images side by side.

## When it misleads

One image under two names has one right map. Consecutive frames of a still scene may, too.
""",
    take_print,
    find_repeats,
    clean=BatchExample(
        {"a": Example(_NEW), "b": Example(_OLD)},
        previous={"monday": {"a": Example(_OLD), "b": Example(_OLD)}},
        parameters=RepeatedLabelsParameters(least_columns=20),
    ),
    faulty=BatchExample(
        {"a": Example(_OLD)},
        previous={"monday": {"a": Example(_OLD)}},
        parameters=RepeatedLabelsParameters(least_columns=2),
    ),
    parameters=RepeatedLabelsParameters,
    needs=Need.PREVIOUS,
)

RULES = (REPEATED_LABELS,)
