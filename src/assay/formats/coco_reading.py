"""The label map of one image of a COCO file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay.delivery import Finding, Reading, Severity
from assay.errors import MalformedError, SourceError
from assay.formats.coco_index import CocoImage, CocoIndex
from assay.formats.coco_masks import Mask, covered, read_mask
from assay.formats.entry_names import shown
from assay.formats.source import Source
from assay.formats.strict_json import parse_json
from assay.labels import LabelMap, Ontology, Shape
from assay.labels.painting import paint
from assay.labels.spans import Spans  # noqa: TC001 - as every import here

_MAX_ANNOTATION_BYTES = 64 * 2**20
_MOST_SPANS = 2 * 10**7
_LISTED = 5

_SLIPS = {
    "coco-outside": (
        Severity.WARNING,
        "{} annotations reach outside the image, up to {:.1f} px; they are cut off.",
        "Check that the shapes were drawn on an image of this size.",
    ),
    "coco-self-crossing": (
        Severity.WARNING,
        "{} annotations cross themselves; what they enclose twice is left out.",
        "Redraw the outlines without crossings.",
    ),
    "coco-iscrowd": (
        Severity.WARNING,
        "{} annotations have a wrong iscrowd.",
        "Use 0 for one object, and 1 only for the run-length mask of a group.",
    ),
    "coco-empty-mask": (
        Severity.WARNING,
        "{} annotations cover no pixel.",
        "Delete them, or draw the objects larger.",
    ),
}


@dataclass
class _Slips:
    """What is odd about the annotations of an image, counted."""

    counts: dict[str, int] = field(default_factory=dict)
    furthest_px: float = 0.0
    area: int = 0

    def note(self, mask: Mask, record: Mapping[str, Any]) -> None:
        area = sum(part.area for part in mask.parts)
        crowd = record.get("iscrowd", 0)
        polygons = isinstance(record["segmentation"], list)
        found = {
            "coco-outside": mask.outside_px > 0,
            "coco-self-crossing": mask.crossing,
            "coco-iscrowd": type(crowd) is not int or crowd not in {0, 1} or (crowd and polygons),
            "coco-empty-mask": area == 0,
        }
        for rule, wrong in found.items():
            self.counts[rule] = self.counts.get(rule, 0) + bool(wrong)
        self.furthest_px = max(self.furthest_px, mask.outside_px)
        self.area += area

    def findings(self, key: str) -> list[Finding]:
        return [
            Finding(rule, severity, key, message.format(count, self.furthest_px), remedy)
            for rule, (severity, message, remedy) in _SLIPS.items()
            if (count := self.counts.get(rule, 0))
        ]


@dataclass(frozen=True)
class CocoReader:
    """Reads the image of a key; picklable.

    Parameters
    ----------
    source
        Where the files are.
    indexes
        One per file.
    images
        By key: number of the file, and the image.
    ontology
        Whose ids the categories have.
    """

    source: Source
    indexes: tuple[CocoIndex, ...]
    images: Mapping[str, tuple[int, CocoImage]]
    ontology: Ontology

    def __call__(self, key: str) -> Reading:
        """Return the labels of an image; with one malformed annotation it has none."""
        if key not in self.images:
            raise SourceError(
                f"The delivery has no item {shown(key)}. Ask for one of its {len(self.images)} "
                "keys."
            )
        number, image = self.images[key]
        if image.fault is not None:
            return Reading(None, (image.fault,))
        try:
            return self._read(key, self.indexes[number], image)
        except MalformedError as error:
            return Reading(None, (Finding.from_error(key, error),))

    def _read(self, key: str, index: CocoIndex, image: CocoImage) -> Reading:
        values = {int(number): place for place, number in enumerate(self.ontology.ids.tolist())}
        layers: list[tuple[Spans, int]] = []
        shapes: list[Shape] = []
        slips = _Slips()
        room = min(4 * image.height * image.width + 10**6, _MOST_SPANS)
        for place in range(image.first, image.stop):
            try:
                record = self._record(index, place)
                mask = read_mask(record["segmentation"], image.height, image.width)
            except MalformedError as error:
                message = f"Annotation {place - image.first + 1} of the image: {error.message}"
                raise MalformedError(error.rule, message, error.remedy) from None
            # A category without a class gets a value beyond the ontology's, to count its pixels.
            value = values.setdefault(record["category_id"], len(values))
            layers += [(part, value) for part in mask.parts]
            shapes.append(self._shape(record, mask, value, place - image.first + 1))
            slips.note(mask, record)
            room -= sum(len(part) for part in mask.parts)
            if room < 0 or len(values) > 65_500:
                raise MalformedError(
                    "coco-too-complex",
                    f"The masks of the image have too many runs or categories "
                    f"({len(layers)} parts).",
                    "Simplify the shapes.",
                )
        background = len(values)
        painted = paint(image.height, image.width, layers, background=background)
        findings = slips.findings(key)
        findings += self._undeclared(key, values, painted)
        findings += _coverage(key, len(layers), slips.area - covered(painted, background))
        lookup = np.zeros(background + 1, np.uint16)
        lookup[: self.ontology.size] = np.arange(self.ontology.size)
        return Reading(painted.relabel(lookup), tuple(findings), tuple(shapes))

    def _shape(self, record: Mapping[str, Any], mask: Mask, value: int, place: int) -> Shape:
        """Return an annotation as a shape; ``value`` may lie beyond the ontology's."""
        number = record.get("id")
        named = type(number) is int and 0 <= number < 10**18
        name = f"annotation {number}" if named else f"annotation without id, {place} of the image"
        if value >= self.ontology.size:
            return Shape(name, f"category {record['category_id']}", 0, mask.rings, mask.parts)
        voids = (f"void {number}" for number in self.ontology.void_ids)
        titles = ("unlabelled", *self.ontology.names, *voids)
        return Shape(name, titles[value], value, mask.rings, mask.parts)

    def _record(self, index: CocoIndex, place: int) -> Mapping[str, Any]:
        start, stop = int(index.starts[place]), int(index.stops[place])
        if stop - start > _MAX_ANNOTATION_BYTES:
            raise MalformedError(
                "coco-too-complex", f"It has {stop - start} bytes.", "Simplify the shape."
            )
        record: Mapping[str, Any] = parse_json(self.source.part(index.entry, start, stop), "It")
        if "segmentation" not in record:
            panoptic = "segments_info" in record
            why = "panoptic labels lie in PNG files" if panoptic else "a box is no pixel label"
            raise MalformedError(
                "coco-annotation",
                f"It has no segmentation; {why}.",
                "Export instance or semantic segmentation with masks or polygons.",
            )
        if type(record.get("category_id")) is not int:
            raise MalformedError(
                "coco-annotation",
                f"It has the category_id {ascii(record.get('category_id'))[:40]}.",
                "Give every annotation the id of a category.",
            )
        return record

    def _undeclared(self, key: str, values: Mapping[int, int], painted: LabelMap) -> list[Finding]:
        counts = painted.counts(len(values) + 1)
        stray = [
            (int(counts[value]), number)
            for number, value in values.items()
            if value >= self.ontology.size and counts[value]
        ]
        if not stray:
            return []
        most = sorted(stray, key=lambda pair: (-pair[0], pair[1]))
        listed = ", ".join(f"{number} ({pixels} px)" for pixels, number in most[:_LISTED])
        more = f" and {len(most) - _LISTED} more" if len(most) > _LISTED else ""
        total = sum(pixels for pixels, _ in stray)
        return [
            Finding(
                "undeclared-class",
                Severity.ERROR,
                key,
                f"{total} px have categories that the ontology does not declare: {listed}{more}.",
                "Correct the category ids, or add the classes to the ontology. These pixels count "
                "as unlabelled.",
            )
        ]


def _coverage(key: str, layers: int, overlap: int) -> list[Finding]:
    if not layers:
        message, remedy = "The image has no annotation.", "Check that it was not forgotten."
        return [Finding("coco-no-annotations", Severity.WARNING, key, message, remedy)]
    if overlap <= 0:
        return []
    message = f"Annotations overlap in {overlap} px; the later one in the file covers the earlier."
    remedy = "Nothing, if the order in the file is the order of depth."
    return [Finding("coco-overlap", Severity.INFO, key, message, remedy)]
