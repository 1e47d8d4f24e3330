"""COCO: run lengths, polygons, images and files that break what the format promises."""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.entry import SHAPE, A, B, Entry, Family
from formats.archives import zip_bytes
from formats.cocos import CATEGORIES, SQUARE, annotation, document, image
from maps import TINY


def _rle(counts: object) -> dict[str, Any]:
    return annotation({"size": [6, 8], "counts": counts})


#: Annotations that are malformed; the image that has one is not read.
BAD_ANNOTATIONS: Mapping[str, tuple[dict[str, Any], str]] = {
    "an empty segmentation": (annotation([]), "coco-annotation"),
    "a segmentation that is a word": (annotation("text"), "coco-annotation"),
    "a segmentation that is a number": (annotation(7), "coco-annotation"),
    "a box and no segmentation": (
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2]}, "coco-annotation"),
    "a panoptic annotation": ({"image_id": 1, "segments_info": []}, "coco-annotation"),
    "a category that is a word": (annotation(category_id="road"), "coco-annotation"),
    "a category that is true": (annotation(category_id=True), "coco-annotation"),
    "no category": (annotation(category_id=None), "coco-annotation"),
    "an empty polygon": (annotation([[]]), "coco-polygon"),
    "a polygon that is a number": (annotation([7]), "coco-polygon"),
    "a polygon of two points": (annotation([[1, 1, 2, 2]]), "coco-polygon"),
    "an odd number of coordinates": (annotation([[1, 1, 2, 2, 3, 3, 4]]), "coco-polygon"),
    "a coordinate that is null": (annotation([[1, 1, 2, 2, 3, None]]), "coco-polygon"),
    "a coordinate that is a text": (annotation([[1, 1, 2, 2, 3, "3"]]), "coco-polygon"),
    "a coordinate that is true": (annotation([[1, 1, 2, 2, 3, True]]), "coco-polygon"),
    "points in pairs": (annotation([[[1, 1], [2, 2], [3, 3]]]), "coco-polygon"),
    "a vertex at 10¹⁸": (annotation([[1, 1, 2, 2, 3, 1e18]]), "coco-polygon"),
    "a coordinate of 400 digits": (annotation([[1, 1, 2, 2, 3, 10**400]]), "coco-polygon"),
    "a sound polygon and a broken one": (annotation([SQUARE, [1, 1]]), "coco-polygon"),
    "10⁶ vertices": (annotation([[0, 0, *([8, 6, 0, 6] * 500_000)]]), "coco-too-complex"),
    "a mask without anything": (annotation({}), "coco-rle"),
    "a mask without counts": (annotation({"size": [6, 8]}), "coco-rle"),
    "a mask of width × height": (annotation({"size": [8, 6], "counts": [48]}), "coco-rle"),
    "a mask of three sides": (annotation({"size": [6, 8, 1], "counts": [48]}), "coco-rle"),
    "sides with a decimal point": (annotation({"size": [6.0, 8.0], "counts": [48]}), "coco-rle"),
    "counts that sum short": (_rle([47]), "coco-rle"),
    "counts that sum to too much": (_rle([49]), "coco-rle"),
    "a negative count": (_rle([49, -1]), "coco-rle"),
    "counts with a decimal point": (_rle([1.5, 46.5]), "coco-rle"),
    "a count of 100 bits": (_rle([2**100]), "coco-rle"),
    "a count that is true": (_rle([47, True]), "coco-rle"),
    "no count": (_rle([]), "coco-rle"),
    "an empty text of counts": (_rle(""), "coco-rle"),
    "a garbage text of counts": (_rle("garbage!"), "coco-rle"),
    "a text of counts that ends in a number": (_rle("P"), "coco-rle"),
    "a text of counts that is too long for its number": (_rle("P" * 40 + "0"), "coco-rle"),
    "letters that are none of counts": (_rle("Ärger"), "coco-rle"),
    "a count that is a number": (_rle(48), "coco-rle"),
}  # fmt: skip

#: Segmentations as text that is not strictly JSON.
BAD_TEXTS: Mapping[str, tuple[str, str]] = {
    "a vertex that is NaN": ("[[NaN,1,2,2,3,3]]", "json-number"),
    "a vertex that is Infinity": ("[[Infinity,1,2,2,3,3]]", "json-number"),
    "a vertex too large for a number": ("[[1e999,1,2,2,3,3]]", "coco-polygon"),
    "a comma too many": ("[[1,1,2,2,3,3],]", "json-syntax"),
    "a bracket of the wrong kind": ("[[1,1,2,2,3,3]}", "json-syntax"),
    "a key twice": ('{"size":[6,8],"size":[6,8],"counts":[48]}', "json-duplicate-key"),
    "a number of 5,000 digits": ("[[" + "9" * 5000 + ",1,2,2,3,3]]", "json-number"),
    "half a surrogate pair": ('"\\ud800"', "coco-annotation"),
}

#: Annotations that are read, with a warning: what, the annotation, and its rule.
ODD: Mapping[str, tuple[dict[str, Any], str]] = {
    "vertices outside": (annotation([[1, 1, 12, 1, 12, 4, 1, 4]]), "coco-outside"),
    "vertices at negative places": (annotation([[-3, -3, 5, 1, 5, 4]]), "coco-outside"),
    "a bow-tie": (annotation([[1, 1, 6, 5, 6, 1, 1, 5]]), "coco-self-crossing"),
    "iscrowd 1 on a polygon": (annotation(iscrowd=1), "coco-iscrowd"),
    "iscrowd 2": (annotation(iscrowd=2), "coco-iscrowd"),
    "iscrowd that is a text": (annotation(iscrowd="0"), "coco-iscrowd"),
    "iscrowd that is null": (annotation(iscrowd=None), "coco-iscrowd"),
    "a polygon between pixel centres": (
        annotation([[1, 1, 1.2, 1, 1.2, 1.2]]), "coco-empty-mask"),
    "a mask of no pixel": (_rle([48]), "coco-empty-mask"),
}  # fmt: skip

#: Lists of images of which the first cannot be told or has no size.
UNCLEAR_IMAGES: Mapping[str, tuple[list[dict[str, Any]], str]] = {
    "an image twice": ([image(), image()], "coco-duplicate-image"),
    "one name for two images": ([image(), image(2)], "coco-duplicate-image"),
    "one id for two images": ([image(), image(1, "c.jpg")], "coco-duplicate-image"),
    "a height of 0": ([image(height=0)], "coco-image"),
    "a negative height": ([image(height=-6)], "coco-image"),
    "no width": ([image(width=None)], "coco-image"),
    "a width with a decimal point": ([image(width=8.0)], "coco-image"),
    "a width of 2²¹": ([image(width=2**21)], "coco-image"),
    "2³⁰ pixels": ([image(height=2**15, width=2**15)], "coco-image"),
}

#: Images without a usable name or id.
NAMELESS_IMAGES: Mapping[str, dict[str, Any]] = {
    "an image without a name": {"id": 1, "height": 6, "width": 8},
    "an image with an empty name": image(name=""),
    "an image whose name climbs out": image(name="../a.jpg"),
    "an image with an absolute name": image(name="/etc/passwd"),
    "an image whose name has a zero byte": image(name="a\x00.jpg"),
    "an image whose name is half a surrogate pair": image(name="\ud800.jpg"),
    "an image whose name is a number": image(file_name=7),
    "an image whose id is a text": image(id="1"),
    "an image with a negative id": image(id=-1),
    "an image whose id has a decimal point": image(id=1.0),
    "an image whose id is null": image(id=None),
    "an image with an id of 100 bits": image(id=10**30),
}

#: Annotations of no image that is there.
STRAY_ANNOTATIONS: Mapping[str, tuple[dict[str, Any], str]] = {
    "an annotation of an unknown image": (annotation(image_id=9), "coco-unknown-image"),
    "an annotation whose image is a text": (annotation(image_id="1"), "coco-annotation"),
    "an annotation whose image is null": (annotation(image_id=None), "coco-annotation"),
    "an annotation whose image is 1.5": (annotation(image_id=1.5), "coco-annotation"),
    "an annotation without an image": (
        {"segmentation": [SQUARE], "category_id": 1}, "coco-annotation"),
}  # fmt: skip

#: Lists of categories, with the rule and severity of what is found in them.
CATEGORY_LISTS: Mapping[str, tuple[list[dict[str, Any]], list[tuple[str, str]]]] = {
    "a category in capitals": ([{"id": 1, "name": "Road"}], []),
    "a category of another name": (
        [{"id": 1, "name": "street"}], [("category-mismatch", "warning")]),
    "a category of the name of another class": (
        [{"id": 1, "name": "car"}], [("category-mismatch", "error")]),
    "a class under a new id": ([{"id": 7, "name": "car"}], [("category-mismatch", "error")]),
    "a category that nobody knows": ([{"id": 7, "name": "tree"}], []),
    "a category for void": ([{"id": 255, "name": "ignore"}], []),
    "a category twice": (
        [*CATEGORIES, {"id": 1, "name": "road"}], [("coco-category", "error")]),
    "a category whose id is a text": (
        [{"id": "1", "name": "road"}], [("coco-category", "error")]),
    "a category without a name": ([{"id": 1}], [("coco-category", "error")]),
}  # fmt: skip

_WHOLE = json.dumps(document(annotation()))

#: Files that are no COCO as a whole.
BAD_FILES: Mapping[str, tuple[str | bytes, str]] = {
    "no byte": ("", "json-syntax"),
    "a list": ("[]", "json-syntax"),
    "an empty object": ("{}", "json-syntax"),
    "images that are a number": ('{"images": 7}', "json-syntax"),
    "a file cut short": (_WHOLE[:-30], "json-syntax"),
    "images twice": ('{"images": [], "images": []}', "json-duplicate-key"),
    "100,000 brackets beside the images": (
        '{"images": [], "info": ' + "[" * 100_000 + "]" * 100_000 + "}", "json-depth"),
    "100,000 brackets in an annotation": (
        '{"images": [], "annotations": [{"a": ' + "[" * 100_000, "json-depth"),
    "UTF-16": (_WHOLE.encode("utf-16"), "json-syntax"),
    "UTF-32": (_WHOLE.encode("utf-32"), "json-syntax"),
    "a comment": ("/* export */ " + _WHOLE, "json-syntax"),
    "text after the end": (_WHOLE + "{}", "json-syntax"),
    "JSON lines": ('{"images": []}\n{"images": []}\n', "json-syntax"),
    "NaN beside the images": ('{"images": [], "info": {"version": NaN}}', "json-number"),
}  # fmt: skip


def counts_of(mask: NDArray[np.bool_]) -> list[int]:
    """Return the column-major run lengths of a mask, background first."""
    flat = mask.T.ravel().astype(int)
    edges = np.flatnonzero(np.diff(flat, prepend=0)).tolist()
    bounds = [0, *edges, flat.size]
    return [stop - start for start, stop in pairwise(bounds)]


def packed_counts(counts: list[int]) -> str:
    """Return run lengths as COCO packs them: differences in letters of five bits."""
    text = []
    for place, count in enumerate(counts):
        value = count - counts[place - 2] if place > 2 else count
        more = True
        while more:
            letter = value & 31
            value >>= 5
            more = value != (-1 if letter & 16 else 0)
            text.append(chr((letter | 32 * more) + 48))
    return "".join(text)


def painted(indexes: NDArray[Any], number: int, *, packed: bool = False) -> list[dict[str, Any]]:
    """Return the annotations of an image: run lengths for each class index."""
    found = []
    for index in np.unique(indexes[indexes > 0]).tolist():
        counts = counts_of(indexes == index)
        rle = {"size": list(indexes.shape), "counts": packed_counts(counts) if packed else counts}
        category = int(TINY.ids[index])
        found.append(annotation(rle, image_id=number, category_id=category))
    return found


def inside(ring: list[float]) -> NDArray[Any]:
    """Return which pixel centres an odd number of edges lies to the right of: slow and obvious."""
    points = list(zip(ring[::2], ring[1::2], strict=True))
    found = np.zeros(SHAPE, bool)
    for row, column in np.ndindex(*SHAPE):
        x, y = column + 0.5, row + 0.5
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                found[row, column] ^= True
    return found


_IMAGE_B = image(2, "b.jpg")
_TWO = [image(), _IMAGE_B]
_OF_A, _OF_B = painted(A, 1), painted(B, 2)


def _zip(text: str | bytes) -> bytes:
    data = text if isinstance(text, bytes) else text.encode()
    # Not packed: what repeats a million times would be refused as a bomb before it is read.
    return zip_bytes({"labels.json": data}, method=0)


def _made(
    annotations: Iterable[dict[str, Any]], images: list[dict[str, Any]] | None = None, **more: Any
) -> bytes:
    return _zip(json.dumps(document(*annotations, images=images or _TWO, **more)))


def _with_text(text: str) -> bytes:
    whole = json.dumps(document(*_OF_A, annotation("here"), *_OF_B, images=_TWO))
    return _zip(whole.replace('"here"', text))


def _of_odd(odd: Mapping[str, Any]) -> NDArray[Any]:
    shape = odd["segmentation"]
    return inside(shape[0]).astype(np.uint8) if isinstance(shape, list) else np.zeros(SHAPE)


def _entries() -> tuple[Entry, ...]:
    family = Family("COCO", format="coco")
    bare = Family("COCO", format="coco", file="labels.json")
    square = np.zeros(SHAPE, np.uint8)
    square[1:4, 1:5] = 1
    covered = np.zeros(SHAPE, np.uint8)
    covered[0:5, 0:6] = 2
    covered[0:5, 3:8] = 3
    below = annotation([[0, 0, 6, 0, 6, 5, 0, 5]], category_id=2)
    above = annotation([[3, 0, 8, 0, 8, 5, 3, 5]], category_id=3)
    whole = json.dumps(document(*_OF_A, *_OF_B, images=_TWO))
    hidden = whole.replace("image_id", "image\\u005fid")
    zigzag = annotation([[4, 0, 5, 1000] * 8000])
    stripes = annotation({"size": [1000, 1000], "counts": [1000] * 1000})
    both = {"a.json": json.dumps(document(*_OF_A)).encode(),
            "b.json": json.dumps(document(*_OF_B, images=[_IMAGE_B])).encode()}  # fmt: skip
    return (
        family.accepted("nothing", partial(_made, (*_OF_A, *_OF_B))),
        family.accepted("packed run lengths",
                        partial(_made, (*painted(A, 1, packed=True), *_OF_B))),
        family.accepted("a polygon", partial(_made, (annotation(), *_OF_B)), labels=square),
        bare.accepted("a file that is not packed", partial(bytes, whole.encode())),
        family.accepted("a file for each image", partial(zip_bytes, both)),
        family.accepted("a byte order mark", partial(_zip, b"\xef\xbb\xbf" + whole.encode())),
        family.accepted("member names in escapes", partial(_zip, hidden)),
        family.accepted("8 MB of spaces", partial(_zip, "{" + " " * 8_000_000 + whole[1:])),
        family.accepted("objects that overlap", partial(_made, (below, above, *_OF_B)),
                        "coco-overlap", labels=covered),
        family.accepted("a category that no class has",
                        partial(_made, (annotation(category_id=77), *_OF_B)), "undeclared-class",
                        labels=np.zeros(SHAPE)),
        family.accepted("no annotation of an image", partial(_made, _OF_B), "coco-no-annotations",
                        labels=np.zeros(SHAPE)),
        family.accepted("one pixel smaller than the image",
                        partial(_made, (*painted(A[:, :7], 1), *_OF_B),
                                [image(width=7), _IMAGE_B]), "wrong-size", labels=A[:, :7]),
        family.item_refused("a zigzag that crosses rows eight million times",
                            partial(_made, (zigzag, *_OF_B), [image(height=1000), _IMAGE_B]),
                            "coco-too-complex"),
        family.item_refused("twenty masks of a million runs",
                            partial(_made, ([stripes] * 20 + _OF_B),
                                    [image(height=1000, width=1000), _IMAGE_B]),
                            "coco-too-complex"),
        family.item_refused("two files with one image", partial(
            zip_bytes, {**both, "c.json": both["a.json"]}), "coco-duplicate-image"),
        *(family.accepted(what, partial(_made, (odd, *_OF_B)), rule, labels=_of_odd(odd))
          for what, (odd, rule) in ODD.items()),
        *(family.item_refused(what, partial(_made, (*_OF_A, bad, *_OF_B)), rule)
          for what, (bad, rule) in BAD_ANNOTATIONS.items()),
        *(family.item_refused(f"{what} in an annotation", partial(_with_text, text), rule)
          for what, (text, rule) in BAD_TEXTS.items()),
        *(family.item_refused(what, partial(_made, (*_OF_A, *_OF_B), [*images, _IMAGE_B]), rule)
          for what, (images, rule) in _apart(UNCLEAR_IMAGES).items()),
        *(family.item_refused(what, partial(_made, _OF_B, [bad, _IMAGE_B]), "coco-image")
          for what, bad in NAMELESS_IMAGES.items()),
        *(family.accepted(what, partial(_made, (*_OF_A, stray, *_OF_B)), rule)
          for what, (stray, rule) in STRAY_ANNOTATIONS.items()),
        *(family.accepted(what, partial(_made, (*_OF_A, *_OF_B), categories=categories),
                          *(rule for rule, _ in rules))
          for what, (categories, rules) in CATEGORY_LISTS.items()),
        *(family.refused(what, partial(_zip, text), rule)
          for what, (text, rule) in BAD_FILES.items()),
    )  # fmt: skip


def _apart(
    table: Mapping[str, tuple[list[dict[str, Any]], str]],
) -> dict[str, tuple[list[dict[str, Any]], str]]:
    """Return the lists with other ids than that of ``b``, which is sound."""
    return {
        what: ([{**one, "id": 3} if one["id"] == 2 else one for one in images], rule)
        for what, (images, rule) in table.items()
    }


ENTRIES = _entries()
