"""What the findings of judging mean, besides those that validation rules make, too."""

from assay.consensus.guard import RULES as FUSION_RULES
from assay.delivery import Rule

RULES = (
    Rule(
        "item-too-costly",
        "Reading the item exceeded the bounds of time or memory.",
        "Every item is read in a process of its own with at most 1 GiB of memory and 60 seconds. "
        "A sound label map needs a small part of that. Export the item again; split rasters "
        "beyond 268 million pixels into tiles.",
    ),
    Rule(
        "looked-out-of-order",
        "Images were looked at before their turn.",
        "`assay accept` draws the order of looking from the seed of the terms and the content of "
        "the batch, so that nobody can pick images that make a batch pass or fail. A verdict on an "
        "image whose turn has not come is kept, and counts once every image before it was looked "
        "at. A delivery that was sent again has another order.",
    ),
    Rule(
        "verdict-without-item",
        "There is a verdict on an image that the batch does not have.",
        "Items are named by their path in the delivery without extension. Such a verdict does not "
        "count. It may belong to another batch or to an older delivery.",
    ),
    Rule(
        "nothing-to-score",
        "The reference leaves nothing of an image to be scored.",
        "All of the image is void or unlabelled in the reference, so nothing in it can be wrong. "
        "In an acceptance it counts as right.",
    ),
    Rule(
        "back-to-normal-inspection",
        "A reduced sample has more faulty images than it should, yet not enough to reject.",
        "Reduced inspection has a gap between acceptance and rejection number. A batch that falls "
        "into it passes, and the next one is inspected normally: set `inspection` to `normal`.",
    ),
    Rule(
        "spread-above-terms",
        "Scores spread more than the terms take for granted.",
        "A plan of fixed size with a stated `spread` needs fewer images because it relies on that "
        "figure. Where the scores seen spread more, its stated risks are not assured.",
    ),
    *FUSION_RULES,
)
