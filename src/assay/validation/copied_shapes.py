"""Objects that were pasted instead of drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.delivery import Finding, Region, Severity
from assay.errors import ParameterError
from assay.labels.imprints import (
    LEAST_AREA_PX,
    LEAST_PIECES,
    Imprints,
    group_equal,
    pieces_needed,
    take_imprints,
)
from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import BatchRule
from assay.validation.subject import Subject


@dataclass(frozen=True)
class CopiedShapeParameters:
    """Which equal shapes count as copies.

    Parameters
    ----------
    least_pieces
        Fewest straight pieces that follow the outline within 1.5 px; 4 for a box.  Where a
        delivery has many shapes, more are asked for, so that chance explains no pair.
    least_area_px
        Fewest pixels.
    mirrored
        Whether a shape and its mirror image, left and right exchanged, count as equal.
    same_place
        Whether equal shapes at one place of several images count: false for fixed cameras.
    """

    least_pieces: int = LEAST_PIECES
    least_area_px: int = LEAST_AREA_PX
    mirrored: bool = True
    same_place: bool = True

    def __post_init__(self) -> None:
        for name in ("least_pieces", "least_area_px"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name} is {getattr(self, name)}; give 1 or more.")


def take_shapes(subject: Subject, parameters: CopiedShapeParameters) -> Imprints | None:
    """Return the imprints of the regions that are intricate, and no stamps."""
    found = take_imprints(
        subject.label_map,
        first_void=subject.ontology.first_void,
        least_area_px=parameters.least_area_px,
        least_pieces=parameters.least_pieces,
    )
    shapes = found.only(~found.symmetric)
    return shapes if len(shapes) else None


def find_copies(batch: Batch[Imprints], parameters: CopiedShapeParameters) -> Faults:
    """Find shapes that occur again, pixel for pixel, the most intricate first."""
    keys = [key for key in batch.keys if key in batch.summaries]
    if not keys:
        return NONE
    parts = [batch.summaries[key] for key in keys]
    item = np.repeat(np.arange(len(keys)), [len(part) for part in parts])
    pieces, area, plain, box = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("pieces", "area", "plain", "box")
    )
    digest = np.concatenate([part.either_way for part in parts]) if parameters.mirrored else plain
    # What the user asks for stands; the number of shapes can only ask for more than the default.
    least = max(parameters.least_pieces, pieces_needed(item.size) - LEAST_PIECES + 1)
    copies: list[tuple[int, int]] = []
    for group in group_equal(digest, area):
        first = int(group.min())
        if pieces[first] < least:
            continue
        copies += [
            (place, first)
            for place in sorted(group.tolist())
            if place != first and (parameters.same_place or (box[place] != box[first]).any())
        ]
    copies.sort(key=lambda pair: (-int(pieces[pair[0]]), pair))

    def say(number: int) -> Finding:
        place, first = copies[number]
        turned = "" if plain[place] == plain[first] else "mirrored, "
        where = _where(keys[item[first]], keys[item[place]], box[first], box[place])
        return Finding(
            "copied-shape",
            Severity.WARNING,
            keys[item[place]],
            f"A region of {area[place]} px equals another one, {turned}pixel for pixel: {where}.",
            "Outline each object by itself. If both are right as they are, say how they were made.",
            Region(*box[place].tolist()),
        )

    return Faults(len(copies), say)


def _where(first: str, second: str, box: Sequence[int], other: Sequence[int]) -> str:
    if first == second:
        return f"the one at row {box[0]}, column {box[1]} of the same image"
    if list(box) == list(other):
        return f"the one at the same place of {first}"
    return f"the one at row {box[0]}, column {box[1]} of {first}"


_HAND = "......... .11...... .1111.11. ..11.111. ...1111.. ...11.... ........."
_COPY = "......... ..11..... ..1111.11 ...11.111 ....1111. ....11... ........."
_OTHER = "......... ..11..... ..1111.11 ...11..11 ....1111. ....11... ........."

COPIED_SHAPES = BatchRule(
    "copied-shape",
    "An object's outline equals another one, pixel for pixel.",
    """\
Nobody outlines two objects so that every pixel of the boundary agrees; not even one object twice.
Equal outlines were pasted. Where the second object looks like the first that costs little, where
it does not the label is wrong.

## What is found

4-connected regions whose pixels are equal wherever they lie, within an image and across images, of
whatever class, also as mirror images (left and right exchanged). Only intricate shapes count: at
least `least_pieces` straight pieces that follow the outline within 1.5 px, and `least_area_px`. In
large deliveries more pieces are asked for, so that a single pair by chance is less likely than
1 %. A shape that equals its own mirror image is taken for the stamp of a tool (a box, a disc) and
left out. Upside-down and rotated copies are not looked for, nor are copies that were moved by part
of a pixel, scaled, or have lost a pixel: equality is evidence that needs no judgement, likeness
is not.

## What to do

Look at the two places side by side. Ask how they were made before you conclude anything.

## When it misleads

A fixed camera sees the same wall in every image, and a track through a video may carry a mask
along on purpose: set `same_place = false`. A model's drafts, the same image delivered twice, and
images that were augmented by mirroring bring equal shapes, too.
""",
    take_shapes,
    find_copies,
    clean=BatchExample(
        {"a": Example(_HAND), "b": Example(_OTHER)},
        parameters=CopiedShapeParameters(least_pieces=4, least_area_px=4),
    ),
    faulty=BatchExample(
        {"a": Example(_HAND), "b": Example(_COPY)},
        parameters=CopiedShapeParameters(least_pieces=4, least_area_px=4),
    ),
    parameters=CopiedShapeParameters,
)

RULES = (COPIED_SHAPES,)
