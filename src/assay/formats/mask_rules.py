"""What can be wrong with a label image that is sound as a file."""

from assay.delivery import Rule

#: Faults of label images against their ontology, and of folders of label images.
MASK_RULES = (
    Rule(
        "undeclared-class",
        "Pixels have an id that the ontology does not declare.",
        "Such pixels count as unlabelled, so every one of them is an error wherever the reference "
        "has a class; they never vanish from a score. Either the vendor used a wrong id (correct "
        "the export), or the class list is incomplete (add the class, or put the id into "
        "`void_ids` if it means *do not score*). Ids such as 38, 75, 113 come from a tool that "
        "wrote a palette's grey values instead of its indexes.",
    ),
    Rule(
        "palette-contradicts",
        "A palette shows ids in the colours of other classes.",
        "A palette PNG says two things: a number per pixel, and a colour per number. `index-png` "
        "and `voc` read the number as the class id. Here the colour of a number is the ontology's "
        "colour of another class, so one of the two is wrong, and scores may be of the wrong "
        "classes throughout. Some tools number the colours of an image in the order in which they "
        "occur: then the colours are right, and the delivery is to be read as `color-png`.",
    ),
    Rule(
        "undeclared-color",
        "Pixels have a colour that the ontology does not declare.",
        "Colours must match exactly; a pixel of any other colour counts as unlabelled. Many "
        "colours with few pixels each are the blends of antialiased edges or of a lossy export: "
        "turn smoothing off and export PNG. One colour with many pixels is a class that is "
        "missing from the ontology, or a colour list of another project.",
    ),
    Rule(
        "mask-alpha",
        "Pixels of a label image are not opaque.",
        "A class is given only by an opaque pixel. A transparent or half-transparent one counts "
        "as unlabelled, whatever colour hides under it. Flatten the image, or export without an "
        "alpha channel. A palette's transparency is ignored where indexes are read "
        "(`index-png`).",
    ),
    Rule(
        "mask-has-colors",
        "A truecolour image was delivered where ids are expected.",
        "The image has red, green and blue (and perhaps alpha) instead of one id per pixel, and "
        "no colour map says which colour is which id. Export indexes, or read the delivery as "
        "`color-png`, which looks colours up in the ontology.",
    ),
    Rule(
        "mask-depth",
        "A label image of colours has 16 bits per sample.",
        "Class colours have 8 bits per sample, and rounding could turn one class into another. "
        "Export with 8 bits.",
    ),
    Rule(
        "mask-one-value",
        "Every pixel of the item has the same value.",
        "Sometimes that is right. Often the export failed, or the annotator opened the image and "
        "saved it untouched. Look at the item.",
    ),
    Rule(
        "duplicate-item",
        "Several files give the labels of one item.",
        "Their names differ only in letter case or extension, so which one is meant is unclear, "
        "and none of them is read. Deliver one label file per image.",
    ),
    Rule(
        "ignored-file",
        "Files were not read because they are no label maps.",
        "Photographs and notes beside the labels do no harm. If one of the files was meant as a "
        "label map, deliver it as PNG.",
    ),
)
