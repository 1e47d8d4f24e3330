"""What the findings of judging mean."""

from assay.delivery import Rule

RULES = (
    Rule(
        "missing-item",
        "The delivery lacks an image that the reference has.",
        "Items are matched by their path without extension. A missing item counts as wholly "
        "unlabelled, so that leaving hard images out gains nothing. Deliver the item under the "
        "name of the reference; check upper and lower case and folders.",
    ),
    Rule(
        "extra-item",
        "The delivery has an image that the reference lacks.",
        "Extra items are not scored. Often an extra and a missing item are one item that was "
        "renamed: give it the name of the reference.",
    ),
    Rule(
        "wrong-size",
        "The label map has another size than the reference.",
        "Labels are never resized, because resizing invents boundaries. The item counts as wholly "
        "unlabelled. Export it again at the pixel size of the image; some tools export at the size "
        "of their preview, or apply the EXIF rotation of the photograph.",
    ),
    Rule(
        "item-too-costly",
        "Reading the item exceeded the bounds of time or memory.",
        "Every item is read in a process of its own with at most 1 GiB of memory and 60 seconds. "
        "A sound label map needs a small part of that. Export the item again; split rasters "
        "beyond 268 million pixels into tiles.",
    ),
)
