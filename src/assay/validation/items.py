"""Items that are not there, not asked for, under another name, or of another image."""

from dataclasses import dataclass

from assay.delivery import Finding, Severity
from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.faults import NONE, Faults
from assay.validation.names import match_names
from assay.validation.spec import BatchRule, ItemRule, Need, NoParameters
from assay.validation.subject import Subject


def keep_nothing(subject: Subject, parameters: NoParameters) -> None:
    """Keep nothing of an item: its name is enough."""
    del subject, parameters


def find_missing(batch: Batch[None], parameters: NoParameters) -> Faults:
    """Find expected images that no item answers, not even under another name."""
    del parameters
    return Faults.of(
        Finding(
            "missing-item",
            Severity.ERROR,
            key,
            "The image was expected, and the delivery has no labels of it.",
            f"Deliver {key}.",
        )
        for key in match_names(batch.keys, batch.expected or ()).missing
    )


def find_extra(batch: Batch[None], parameters: NoParameters) -> Faults:
    """Find items that nobody asked for."""
    del parameters
    return Faults.of(
        Finding(
            "extra-item",
            Severity.WARNING,
            key,
            "No such image was expected.",
            "If it was renamed, give it the name of its image.",
        )
        for key in match_names(batch.keys, batch.expected or ()).extra
    )


def find_renamed(batch: Batch[None], parameters: NoParameters) -> Faults:
    """Find items that seem to be an expected image under another name."""
    del parameters
    return Faults.of(
        Finding(
            "renamed-item",
            Severity.ERROR,
            key,
            f"The item seems to be {wanted} under another name.",
            f"Call it {wanted}; as it is, it answers no image.",
        )
        for key, wanted in match_names(batch.keys, batch.expected or ()).renamed
    )


def find_wrong_size(subject: Subject, parameters: NoParameters) -> Faults:
    """Find a map of another size than its photograph."""
    del parameters
    size = subject.read_image_size()
    if size is None or size == subject.label_map.shape:
        return NONE
    height, width = subject.label_map.shape
    turned = size[::-1] == subject.label_map.shape
    hint = " They are turned by a quarter against each other." if turned else ""
    return Faults.of(
        [
            Finding(
                "wrong-size",
                Severity.ERROR,
                subject.key,
                f"The label map has {height}×{width} px, the photograph {size[0]}×{size[1]} px."
                f"{hint}",
                "Export the label map again at the pixel size of the image.",
            )
        ]
    )


@dataclass(frozen=True)
class _Labels:
    """What is kept of an item: its digest, and whether equality means anything."""

    digest: str
    telling: bool


def take_labels(subject: Subject, parameters: NoParameters) -> _Labels:
    """Return the digest of an item; maps of one value are equal by chance."""
    del parameters
    values = subject.label_map.values
    return _Labels(subject.label_map.digest, bool((values != values[0]).any()))


def find_duplicated(batch: Batch[_Labels], parameters: NoParameters) -> Faults:
    """Find items whose labels equal those of an item before them."""
    del parameters
    first: dict[str, str] = {}
    found = []
    for key, labels in batch.summaries.items():
        original = first.setdefault(labels.digest, key)
        if labels.telling and original != key:
            found.append((key, original))
    return Faults.of(
        Finding(
            "duplicated-labels",
            Severity.ERROR,
            key,
            f"The labels equal those of {original} in every pixel.",
            "Label each image by itself; if both are one image, deliver it once.",
        )
        for key, original in found
    )


_TWO = Example("11 12")
_ONE = Example("11 21")

MISSING = BatchRule(
    "missing-item",
    "The delivery lacks an image that was expected.",
    """\
Leaving hard images out must gain nothing: against a reference, a missing item counts as wholly
unlabelled.

## What is found

Expected images without an item. Items are matched by their path without extension; where nothing
else has that name, an item in another folder will do. An image that the delivery seems to have
under another name is [`renamed-item`](#renamed-item) instead, but only when validating: a score
matches by path alone.

## What to do

Deliver the item under the name of its image; check upper and lower case and folders.

## When it misleads

If the batch was split, expect only what this part was to hold.
""",
    keep_nothing,
    find_missing,
    clean=BatchExample({"a": _ONE, "b": _TWO}, expected=("a", "b")),
    faulty=BatchExample({"a": _ONE}, expected=("a", "b")),
    needs=Need.EXPECTED,
)

EXTRA = BatchRule(
    "extra-item",
    "The delivery has an image that was not expected.",
    """\
Items that nobody asked for are neither scored nor paid.

## What is found

Items that answer no expected image, not even under another name. Against a reference, what it
lacks.

## What to do

Ask where the item comes from. Often an extra and a missing item are one item that was renamed: give
it the name of its image.

## When it misleads

A list of expected items that is not complete.
""",
    keep_nothing,
    find_extra,
    clean=BatchExample({"a": _ONE}, expected=("a", "b")),
    faulty=BatchExample({"a": _ONE, "c": _TWO}, expected=("a",)),
    needs=Need.EXPECTED,
)

RENAMED = BatchRule(
    "renamed-item",
    "An item has another name than its image.",
    """\
An item under another name answers no image: it counts as missing, and as extra.

## What is found

Items and expected images that are left over on both sides and seem to belong together: names that
differ by case, extension, separators or leading zeros; by something before or after that all of
them have in common, such as `_mask`; names that hold the other one whole; and names with the same
digits whose letters are nearly equal. Only pairs without a rival are named.

## What to do

Rename the file, or set the name in the export. If every item is renamed, one setting will do.

## When it misleads

Names say nothing about contents: look at one or two pairs before renaming many.
""",
    keep_nothing,
    find_renamed,
    clean=BatchExample({"a1": _ONE, "b1": _TWO}, expected=("a1", "b1")),
    faulty=BatchExample({"street_01_mask": _ONE, "B2": _TWO}, expected=("street_01", "b2")),
    needs=Need.EXPECTED,
)

WRONG_SIZE = ItemRule(
    "wrong-size",
    "The label map has another size than its image.",
    """\
Labels are never resized, because resizing invents boundaries. Against a reference, such an item
counts as wholly unlabelled.

## What is found

Label maps whose height or width differs from their photograph's, as it is shown upright, or from
the reference's.

## What to do

Export the item again at the pixel size of the image. Some tools export at the size of their
preview; others ignore the EXIF rotation of a photograph, and then height and width are exchanged.

## When it misleads

If the photographs that you have are smaller copies, give the originals.
""",
    find_wrong_size,
    clean=Example("111 122", image_size=(2, 3)),
    faulty=Example("111 122", image_size=(4, 6)),
    needs=Need.PHOTOGRAPH,
)

DUPLICATED = BatchRule(
    "duplicated-labels",
    "Two items have the same labels in every pixel.",
    """\
Two photographs never have the same right labels, unless both are one photograph.

## What is found

Items whose label maps have the same digest as an item before them; files, names and formats do not
matter. Maps of one value, such as empty ones, are left out.

## What to do

Look at both photographs. If they differ, one of the items was labelled with the other's map.

## When it misleads

Frames of a still camera, and images that were delivered twice on purpose to measure how an
annotator repeats himself. In the second case equality in every pixel is a finding, too.
""",
    take_labels,
    find_duplicated,
    clean=BatchExample({"a": _ONE, "b": _TWO, "c": Example("11 11"), "d": Example("11 11")}),
    faulty=BatchExample({"a": _ONE, "b": _ONE}),
)

RULES = (MISSING, EXTRA, RENAMED, DUPLICATED, WRONG_SIZE)
