"""What the findings of judging mean, besides those that validation rules make, too."""

from assay.delivery import Rule

RULES = (
    Rule(
        "item-too-costly",
        "Reading the item exceeded the bounds of time or memory.",
        "Every item is read in a process of its own with at most 1 GiB of memory and 60 seconds. "
        "A sound label map needs a small part of that. Export the item again; split rasters "
        "beyond 268 million pixels into tiles.",
    ),
)
