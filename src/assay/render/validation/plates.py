"""The worst items as pictures: boxes around what was found, and close-ups of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Region, Severity
from assay.labels import LabelMap, Ontology, window
from assay.render.pictures import Picture, labels_picture, photograph_picture
from assay.validation.report import FaultyItem, ValidationReport

#: Longest side of a picture of a whole item, in pixels.
_SIDE = 720
#: So many findings of an item are named beside its picture, and so many shown close up.
MOST_NAMED = 8
_MOST_CLOSE = 4
#: What a close-up shows around a region, and the longest side of a region that fits into one.
_MARGIN = 12
_LONGEST = 160


@dataclass(frozen=True)
class Box:
    """A frame around a region of a picture, in pixels of the map."""

    x: float
    y: float
    width: float
    height: float
    severity: str
    number: int


@dataclass(frozen=True)
class View:
    """A picture of a part of an item, with boxes.

    Parameters
    ----------
    picture
        The picture.
    left, top, width, height
        The part of the map that it shows.
    boxes
        Regions of findings in it.
    caption
        What is to be seen.
    """

    picture: Picture
    left: int
    top: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    caption: str = ""


@dataclass(frozen=True)
class CloseUp:
    """One fault, in the photograph where there is one and in the labels."""

    caption: str
    views: tuple[View, ...]


@dataclass(frozen=True)
class Plate:
    """An item: whole, and its faults close up."""

    key: str
    whole: tuple[View, ...]
    close: tuple[CloseUp, ...]
    named: tuple[Finding, ...]
    more: int


def plates_of(report: ValidationReport) -> tuple[Plate, ...]:
    """Return the pictures of the worst items."""
    return tuple(_plate(item, report.ontology) for item in report.worst)


def _plate(item: FaultyItem, ontology: Ontology) -> Plate:
    findings = _varied(item.findings)
    named = findings[:MOST_NAMED]
    numbers = {id(finding): place for place, finding in enumerate(named, 1)}
    height, width = item.label_map.shape
    boxes = tuple(
        _box(finding.region, max(height, width) / 160, finding, numbers.get(id(finding), 0))
        for finding in reversed(findings)
        if finding.region is not None
    )
    step = max(1, -(-max(height, width) // _SIDE))
    pictures = [labels_picture("Labels", item.key, item.label_map, ontology, step=step)]
    if item.photograph is not None:
        pictures.insert(0, photograph_picture(item.key, item.photograph, side=_SIDE))
    return Plate(
        item.key,
        tuple(View(picture, 0, 0, width, height, boxes, picture.title) for picture in pictures),
        tuple(_close_ups(item, ontology, named)),
        named,
        len(findings) - len(named),
    )


def _varied(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings so that each rule has its first before any has its second; remarks last."""
    turn: dict[str, int] = {}
    places = []
    for place, finding in enumerate(findings):
        turn[finding.rule] = turn.get(finding.rule, 0) + 1
        places.append((finding.severity == Severity.INFO, turn[finding.rule], place))
    return tuple(findings[place] for _, _, place in sorted(places))


def _close_ups(item: FaultyItem, ontology: Ontology, named: Sequence[Finding]) -> Iterator[CloseUp]:
    close = [
        (number, finding, finding.region)
        for number, finding in enumerate(named, 1)
        if finding.region is not None and _side(finding.region) <= _LONGEST
    ]
    for number, finding, region in close[:_MOST_CLOSE]:
        part = _around(region, item.label_map)
        height, width = part.bottom - part.top, part.right - part.left
        shown = window(
            item.label_map, top=part.top, left=part.left, bottom=part.bottom, right=part.right
        )
        pictures = [labels_picture("Labels", item.key, shown, ontology, step=1)]
        photograph = _part(item.photograph, part, item.label_map)
        if photograph is not None:
            pictures.insert(0, photograph_picture(item.key, photograph, side=2 * _LONGEST))
        box = _box(region, 0.5, finding, number)
        yield CloseUp(
            f"{number} {finding.rule}",
            tuple(
                View(picture, part.left, part.top, width, height, (box,)) for picture in pictures
            ),
        )


def _side(region: Region) -> int:
    return max(region.bottom - region.top, region.right - region.left)


def _around(region: Region, label_map: LabelMap) -> Region:
    """Return a square part of the map around a region, as far as the map reaches."""
    half = max(_side(region) // 2 + _MARGIN, 20)
    row, column = (region.top + region.bottom) // 2, (region.left + region.right) // 2
    return Region(
        max(0, row - half),
        max(0, column - half),
        min(label_map.height, row + half),
        min(label_map.width, column + half),
    )


def _part(
    photograph: NDArray[np.uint8] | None, part: Region, label_map: LabelMap
) -> NDArray[np.uint8] | None:
    if photograph is None or photograph.shape[:2] != label_map.shape:
        return None
    return np.ascontiguousarray(photograph[part.top : part.bottom, part.left : part.right])


def _box(region: Region, margin: float, finding: Finding, number: int) -> Box:
    return Box(
        round(region.left - margin, 2),
        round(region.top - margin, 2),
        round(region.right - region.left + 2 * margin, 2),
        round(region.bottom - region.top + 2 * margin, 2),
        finding.severity.value,
        number,
    )
