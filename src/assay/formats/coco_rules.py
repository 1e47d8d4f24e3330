"""What can be wrong with COCO annotations."""

from assay.delivery import Rule

COCO_RULES = (
    Rule(
        "coco-image",
        "An entry of `images` does not say what is needed.",
        "Every image needs a whole-number `id`, a `file_name` that is a safe relative path, and "
        "`width` and `height` in pixels (sides up to 1,048,576, up to 268 million pixels). Masks "
        "cannot be checked without the size.",
    ),
    Rule(
        "coco-duplicate-image",
        "Two entries of `images` have the same id or file name.",
        "Which image an annotation belongs to is unclear, so none of them is read. It happens "
        "when several exports are merged without renumbering. Number the images anew.",
    ),
    Rule(
        "coco-unknown-image",
        "Annotations belong to an image that is not listed.",
        "Their `image_id` stands in no entry of `images`, so their pixels are lost. Export images "
        "and annotations together.",
    ),
    Rule(
        "coco-category",
        "An entry of `categories` is not sound.",
        "Every category needs a whole-number `id`, given once, and a `name`.",
    ),
    Rule(
        "category-mismatch",
        "A category has the id of one class and the name of another.",
        "Categories are matched to the ontology by **id**; the name is a check. Where the name is "
        "that of another class, the export was probably renumbered, and every pixel of the "
        "category is scored as the wrong class: that is an error. Any other name is a warning.\n\n"
        "Export with the ids of the ontology.",
    ),
    Rule(
        "coco-annotation",
        "An annotation does not say what is needed.",
        "Every annotation needs `image_id`, `category_id` and `segmentation`. Boxes, keypoints "
        "and captions alone are no pixel labels; panoptic annotations (`segments_info`) have "
        "their labels in PNG files. An image with a malformed annotation is not read at all, "
        "because a map that lacks one object would silently be scored as complete.",
    ),
    Rule(
        "coco-rle",
        "A run-length mask does not tile its image.",
        "Counts must be whole numbers from 0 that sum to height × width, `size` must be "
        "`[height, width]` of the image, and a compressed text must be minimal. Lax readers "
        "return uninitialised memory for such masks; here the image is not read. The usual "
        "reason is a mask of another size, or row-major runs: COCO counts down the columns.",
    ),
    Rule(
        "coco-polygon",
        "A polygon is no list of at least three finite points.",
        "Each ring is a flat list `[x1, y1, x2, y2, …]` of at least six finite numbers of a "
        "magnitude below 10⁹. The image is not read. Delete such shapes in the annotation tool.",
    ),
    Rule(
        "coco-too-complex",
        "A mask is absurdly complex for its image.",
        "More vertices, crossings or runs than an image of this size could need even if every "
        "pixel had an outline of its own. It would exhaust time and memory. The image is not "
        "read. Simplify the shape, or export a mask.",
    ),
    Rule(
        "coco-outside",
        "Vertices lie outside the image.",
        "The shape is cut off at the frame. More than half a pixel outside means that the polygon "
        "was drawn on an image of another size, or in a tool that does not stop at the border.",
    ),
    Rule(
        "coco-self-crossing",
        "A polygon crosses itself.",
        "Like a bow-tie. Areas enclosed twice do not belong to it (even-odd rule), and programs "
        "disagree on such shapes. Redraw the outline. Rings of more than 500 vertices are not "
        "checked.",
    ),
    Rule(
        "coco-iscrowd",
        "`iscrowd` is not 0 or 1, or is 1 on polygons.",
        "By COCO's definition `iscrowd` is 0 for one object and 1 for a run-length mask of a "
        "group. The pixels are read the same either way, but other evaluators skip crowds.",
    ),
    Rule(
        "coco-empty-mask",
        "An annotation covers no pixel.",
        "It is empty, lies outside the image, or is thinner than a pixel between pixel centres. "
        "Delete it, or draw it larger.",
    ),
    Rule(
        "coco-overlap",
        "Annotations of an image overlap.",
        "Each pixel has one class, so a later annotation in the file covers an earlier one. If "
        "the order in the file is not the order of depth, pixels get the wrong class.",
    ),
    Rule(
        "coco-no-annotations",
        "An image has no annotation.",
        "It counts as wholly unlabelled. If there is nothing to label, that is right; often the "
        "image was forgotten.",
    ),
)
