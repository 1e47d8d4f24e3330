"""What can be wrong with soft maps."""

from assay.delivery import Rule

#: Faults of a model's probabilities; an item that has one is not judged by them.
SOFT_MAP_RULES = (
    Rule(
        "soft-map-missing",
        "An item has no soft map.",
        "Soft maps belong to the item of the same path without extension. Without one nothing can "
        "be said of the item's labels. Predict the image too, or check the names.",
    ),
    Rule(
        "soft-map-broken",
        "A soft map cannot be read.",
        "An NPZ is a zip with one array of numbers in it. Zips that contradict themselves, arrays "
        "of objects (which could run code), arrays in Fortran order and arrays that are shorter "
        "or longer than they say are refused.\n\n"
        "Write it with `numpy.savez_compressed(path, probabilities)`; in Fortran order, call "
        "`numpy.ascontiguousarray` first.",
    ),
    Rule(
        "soft-map-shape",
        "A soft map has another shape than the labels and the declared classes demand.",
        'With `axes = "chw"` in `soft.toml` the shape is (classes, height, width), with '
        '`"hwc"` it is (height, width, classes). Nothing is resized: a resized probability invents '
        "boundaries. Predict at the size of the image, and list every channel's class.",
    ),
    Rule(
        "soft-map-values",
        "A soft map holds values that are no probabilities.",
        "NaN, infinity, negative numbers or numbers above 1: these are logits, or a model that "
        "diverged. Apply the softmax before you save. Whole numbers of 8 and 16 bits are taken as "
        "255ths and 65535ths.",
    ),
    Rule(
        "soft-map-sum",
        "The probabilities of a pixel do not add up to 1.",
        "Over the declared classes they must, within 0.02 and what rounding explains. Scores of "
        "independent classes (sigmoid) are no distribution; a class left out takes its share away."
        "\n\nApply the softmax over all classes and save every channel.",
    ),
    Rule(
        "soft-map-class",
        "A folder of soft maps lacks a class, or has a file that is none.",
        "A folder holds one grey PNG of 8 or 16 bits for each class, called by the name of the "
        "class. Every item has the same classes. `unlabelled.png` stands for unlabelled pixels.",
    ),
)
