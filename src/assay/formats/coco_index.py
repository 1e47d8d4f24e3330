"""What a COCO file lists: images, categories, and where the annotations of each image lie."""

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.errors import MalformedError
from assay.formats.entry_names import name_fault, shown
from assay.formats.json_file import EMPTY_INDEX, ObjectIndex, index_arrays
from assay.formats.label_images import key_of
from assay.formats.limits import MAX_ENTRIES
from assay.formats.source import Source
from assay.formats.strict_json import parse_json
from assay.labels import Ontology

MAX_SIDE = 2**20
MAX_PIXELS = 2**28
_MAX_RECORD_BYTES = 2**20
_LISTED = 5
#: Faults of a file as a whole that are listed; a file may have millions.
_MOST_FINDINGS = 100
#: Annotations whose image is not told by a plain number, and which are parsed to find it.
_MOST_PARSED = 100_000

_MEMBERS = {"images": "id", "annotations": "image_id", "categories": "id"}


class CocoImage(NamedTuple):
    """One image: its size, its annotations, or why it cannot be read.

    ``first`` and ``stop`` bound its annotations in :attr:`CocoIndex.starts`.
    """

    id: int
    height: int
    width: int
    first: int
    stop: int
    fault: Finding | None


@dataclass(frozen=True, eq=False)
class CocoIndex:
    """A COCO file, indexed.

    Parameters
    ----------
    entry
        The file's name in its source.
    images
        By key: file name without extension.
    starts, stops
        int64: bytes of each annotation, those of one image side by side in the file's order.
    findings
        Faults of the file as a whole.
    """

    entry: str
    images: Mapping[str, CocoImage]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    findings: tuple[Finding, ...]


def index_coco(source: Source, entry: str, ontology: Ontology) -> CocoIndex:
    """Index one COCO file in one pass over its bytes; memory grows with its images only.

    Raises
    ------
    MalformedError
        When the file is not strictly JSON, or has no list of images.
    """
    data = source.view(entry)
    arrays = index_arrays(data, _MEMBERS)
    if "images" not in arrays:
        raise MalformedError(
            "json-syntax", f"{shown(entry)} has no list of images.", "Export it again as COCO."
        )
    images, listed, image_findings = _images(data, arrays["images"])
    category_findings = _check_categories(data, arrays.get("categories", EMPTY_INDEX), ontology)
    annotations = arrays.get("annotations", EMPTY_INDEX)
    numbers, stray = _image_numbers(data, annotations)
    ids = np.array(sorted(listed), np.int64)
    places = np.searchsorted(ids, numbers)
    known = np.append(ids, -1)[places] == numbers
    order = np.argsort(np.where(known, places, ids.size), kind="stable")
    bounds = np.searchsorted(places[order][: known.sum()], np.arange(ids.size + 1))
    number_of = {number: place for place, number in enumerate(ids.tolist())}
    located = {
        key: image._replace(
            first=int(bounds[number_of[image.id]]), stop=int(bounds[number_of[image.id] + 1])
        )
        for key, image in images
    }
    unknown = _unknown_images(numbers[~known & (numbers >= 0)])
    findings = (*image_findings, *category_findings, *stray, *unknown)
    return CocoIndex(entry, located, annotations.starts[order], annotations.stops[order], findings)


def merge(indexes: Iterable[CocoIndex]) -> tuple[dict[str, tuple[int, CocoImage]], list[Finding]]:
    """Return the images of several files by key, with the number of their file."""
    merged: dict[str, tuple[int, CocoImage]] = {}
    twice: list[str] = []
    for number, index in enumerate(indexes):
        for key, image in index.images.items():
            if key in merged:
                twice.append(key)
                image = image._replace(fault=_duplicate(key, f"the file name {shown(key)}"))  # noqa: PLW2901 - the image, with its fault
            merged[key] = (number, image)
    findings = [_duplicate("", f"the file name {shown(key)}") for key in twice[:_LISTED]]
    return merged, findings


def _images(
    data: memoryview, index: ObjectIndex
) -> tuple[list[tuple[str, CocoImage]], AbstractSet[int], list[Finding]]:
    """Return the images with their keys, all ids, and findings about those that have no key."""
    if len(index) > MAX_ENTRIES:
        message = f"The file has {len(index)} images; at most {MAX_ENTRIES} are read."
        raise MalformedError("json-size", message, "Split the file.")
    read: list[tuple[str, CocoImage]] = []
    findings: list[Finding] = []
    for place in range(len(index)):
        try:
            read.append(_image(_record(data, index, place, f"Image {place}"), place))
        except MalformedError as error:
            _add(findings, error)
    ids = Counter(image.id for _, image in read)
    keys = Counter(key for key, _ in read)
    single: dict[str, CocoImage] = {}
    for key, image in read:
        fault = None
        if ids[image.id] > 1:
            fault = _duplicate(key, f"the id {image.id}")
        elif keys[key] > 1:
            fault = _duplicate(key, f"the file name {shown(key)}")
        single[key] = image if fault is None else image._replace(fault=fault)
    return list(single.items()), set(ids), findings


def _image(record: Mapping[str, Any], place: int) -> tuple[str, CocoImage]:
    what = f"Image {place}"
    name, number = record.get("file_name"), record.get("id")
    if not isinstance(name, str) or not name:
        raise _bad_image(f"{what} has no file_name.")
    fault = name_fault(name.removeprefix("./"))
    if fault is not None:
        raise _bad_image(f"{what}: {fault.message}")
    if type(number) is not int or not 0 <= number < 10**18:
        raise _bad_image(f"{what} ({shown(name)}) has the id {ascii(number)[:40]}.")
    key = key_of(name.removeprefix("./"))
    height, width = record.get("height"), record.get("width")
    if not _is_side(height) or not _is_side(width) or height * width > MAX_PIXELS:
        size = f"{ascii(height)[:20]}×{ascii(width)[:20]}"
        error = _bad_image(f"The image has height and width {size}.")
        return key, CocoImage(number, 0, 0, 0, 0, Finding.from_error(key, error))
    return key, CocoImage(number, height, width, 0, 0, None)


def _is_side(value: object) -> TypeGuard[int]:
    return type(value) is int and 1 <= value <= MAX_SIDE


def _check_categories(data: memoryview, index: ObjectIndex, ontology: Ontology) -> list[Finding]:
    findings: list[Finding] = []
    seen: set[int] = set()
    for place in range(min(len(index), MAX_ENTRIES)):
        try:
            number, name = _category(_record(data, index, place, f"Category {place}"), place, seen)
        except MalformedError as error:
            _add(findings, error)
            continue
        seen.add(number)
        findings += _check_name(number, name, ontology)
    return findings[:_MOST_FINDINGS]


def _category(record: Mapping[str, Any], place: int, seen: AbstractSet[int]) -> tuple[int, str]:
    number, name = record.get("id"), record.get("name")
    if type(number) is int and isinstance(name, str) and number not in seen:
        return number, name
    raise MalformedError(
        "coco-category",
        f"Category {place} has the id {ascii(number)[:40]} and the name {ascii(name)[:40]}.",
        "Give every category an id of its own and a name.",
    )


def _check_name(number: int, name: str, ontology: Ontology) -> list[Finding]:
    """Return the finding about a category whose name is not that of the class of its id."""
    by_id = {label.id: label.name for label in ontology.classes}
    expected = by_id.get(number)
    same_name = {label.name.casefold(): label.id for label in ontology.classes}
    other = same_name.get(name.casefold())
    if other == number or (expected is None and other is None):
        return []
    severity = Severity.WARNING if other is None else Severity.ERROR
    meant = f"; in the ontology that name has id {other}" if other is not None else ""
    stands = "no class" if expected is None else shown(expected)
    return [
        Finding(
            "category-mismatch",
            severity,
            "",
            f"Category {number} is called {shown(name)}, but id {number} is {stands}{meant}.",
            "Export with the ids and names of the ontology.",
        )
    ]


def _image_numbers(data: memoryview, index: ObjectIndex) -> tuple[NDArray[np.int64], list[Finding]]:
    """Return the image of each annotation; those that do not say it plainly are parsed."""
    numbers = index.numbers.copy()
    findings: list[Finding] = []
    unsaid = np.flatnonzero(numbers < 0)
    if unsaid.size > _MOST_PARSED:
        message = f"{unsaid.size} annotations have no plain image_id; {_MOST_PARSED} are looked at."
        _add(findings, MalformedError("coco-annotation", message, "Export the file again."))
    for place in unsaid[:_MOST_PARSED].tolist():
        try:
            record = _record(data, index, place, f"Annotation {place}")
            numbers[place] = _image_number(record, place)
        except MalformedError as error:
            _add(findings, error)
    return numbers, findings


def _add(findings: list[Finding], error: MalformedError) -> None:
    if len(findings) < _MOST_FINDINGS:
        findings.append(Finding.from_error("", error))


def _image_number(record: Mapping[str, Any], place: int) -> int:
    number = record.get("image_id")
    if type(number) is int and 0 <= number < 10**18:
        return number
    raise MalformedError(
        "coco-annotation",
        f"Annotation {place} has the image_id {ascii(number)[:40]}.",
        "Give every annotation the id of its image.",
    )


def _unknown_images(numbers: NDArray[np.int64]) -> list[Finding]:
    if not numbers.size:
        return []
    listed = ", ".join(map(str, np.unique(numbers)[:_LISTED].tolist()))
    return [
        Finding(
            "coco-unknown-image",
            Severity.ERROR,
            "",
            f"{numbers.size} annotations belong to images that are not listed, such as {listed}.",
            "Export images and annotations together.",
        )
    ]


def _record(data: memoryview, index: ObjectIndex, place: int, what: str) -> Mapping[str, Any]:
    start, stop = int(index.starts[place]), int(index.stops[place])
    if stop - start > _MAX_RECORD_BYTES:
        raise MalformedError(
            "coco-too-complex", f"{what} has {stop - start} bytes.", "Export it again."
        )
    record: Mapping[str, Any] = parse_json(bytes(data[start:stop]), what)
    return record


def _bad_image(message: str) -> MalformedError:
    return MalformedError(
        "coco-image", message, "Give every image an id, a file_name, a width and a height."
    )


def _duplicate(key: str, what: str) -> Finding:
    return Finding(
        "coco-duplicate-image",
        Severity.ERROR,
        key,
        f"Several images have {what}; none of them is read.",
        "Number the images anew, each file name once.",
    )
