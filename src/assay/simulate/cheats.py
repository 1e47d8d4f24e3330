"""The ways in which work is not done, each by itself and by a known amount.

A fault is what an annotator does to one image; a cheat is what somebody does to a whole batch:
with its drafts, its gold, its bill and its colleagues' work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import LabelMap, find_regions
from assay.labels.imprints import LEAST_AREA_PX, LEAST_PIECES, take_imprints
from assay.simulate.annotator import Annotator
from assay.simulate.desk import Desk, Outline, Submission
from assay.simulate.fault import Task, check_share, members_of
from assay.simulate.object_faults import MissedObjects, miss_objects
from assay.simulate.outline_faults import (
    BoundaryJitter,
    CoarsePolygons,
    coarsen,
    jitter_boundaries,
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cheat:
    """A way to be paid for work that was not done; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    parameters
        Frozen dataclass of settings.
    act
        ``act(submission, parameters, desk, colleagues, rng)`` returns what is submitted instead;
        ``colleagues`` are the submissions of those who worked before.
    """

    name: str
    summary: str
    advice: str
    parameters: type[Any]
    act: Callable[[Submission, Any, Desk, Sequence[Submission], np.random.Generator], Submission]


@dataclass(frozen=True)
class PastedObjects:
    """Objects pasted instead of drawn.

    Parameters
    ----------
    share
        Share of the objects of 100 px or more that are replaced.
    """

    share: float = 0.3

    def __post_init__(self) -> None:
        check_share(self.share)


@dataclass(frozen=True)
class UntouchedDrafts:
    """Drafts handed in as they were.

    Parameters
    ----------
    share
        Share of the images.
    """

    share: float = 0.9

    def __post_init__(self) -> None:
        check_share(self.share)


@dataclass(frozen=True)
class CopiedWork:
    """A colleague's work handed in as one's own.

    Parameters
    ----------
    colleague
        Whose: place among those who worked before.
    share
        Share of the images.
    jitter_px
        How far the copy's boundaries are shaken, to hide it.
    """

    colleague: int = 0
    share: float = 0.8
    jitter_px: float = 0.0

    def __post_init__(self) -> None:
        check_share(self.share)


@dataclass(frozen=True)
class RepeatedMaps:
    """Labels of one image handed in for another.

    Parameters
    ----------
    share
        Share of the images that get the labels of the one before.
    """

    share: float = 0.2

    def __post_init__(self) -> None:
        check_share(self.share)


@dataclass(frozen=True)
class GoldOnlyEffort:
    """Care where gold is, haste elsewhere.

    Parameters
    ----------
    tolerance_px
        How coarse outlines of other images are.
    missed
        Share of the objects up to 400 px that are left out there.
    """

    tolerance_px: float = 3.0
    missed: float = 0.5


@dataclass(frozen=True)
class InflatedHours:
    """More minutes claimed than taken.

    Parameters
    ----------
    factor
        How many times more.
    """

    factor: float = 2.5


@dataclass(frozen=True)
class InflatedVertices:
    """Vertices that change no pixel, set where vertices are paid.

    Parameters
    ----------
    factor
        How many times more vertices.
    """

    factor: int = 4

    def __post_init__(self) -> None:
        if self.factor < 1:
            raise ParameterError(f"factor is {self.factor}; give 1 or more.")


@dataclass(frozen=True)
class Probing:
    """A delivery sent again and again with one image changed, to watch the score.

    Parameters
    ----------
    rounds
        How many deliveries before the last one.
    """

    rounds: int = 12


def paste_objects(
    submission: Submission,
    parameters: PastedObjects,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Replace objects by the shape of one that was drawn before, at their place."""
    del colleagues
    things = members_of(desk.ontology, ())
    pool: list[Mask] = []
    maps = []
    for label_map in submission.maps:
        dense = label_map.to_dense()
        regions = find_regions(label_map, connectivity=4)
        owners = np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)
        objects = np.flatnonzero(things[regions.value] & (regions.area >= LEAST_AREA_PX))
        for number in objects.tolist():
            if pool and rng.random() < parameters.share:
                _paste(dense, owners == number, pool[int(rng.integers(len(pool)))])
        pool += _shapes(label_map, things, desk.ontology.first_void)
        maps.append(LabelMap.from_dense(dense))
    return replace(submission, maps=tuple(maps))


def _paste(dense: NDArray[np.uint16], old: Mask, shape: Mask) -> None:
    """Paint a shape over an object's middle, cut off at the frame; what is left of it goes."""
    value = dense[old][0]
    rows, columns = np.nonzero(old)
    ring = np.zeros_like(old)
    ring[1:] |= old[:-1]
    ring[:-1] |= old[1:]
    ring[:, 1:] |= old[:, :-1]
    ring[:, :-1] |= old[:, 1:]
    around = dense[ring & ~old]
    dense[old] = np.bincount(around).argmax() if around.size else 0
    top = int(rows.mean()) - shape.shape[0] // 2
    left = int(columns.mean()) - shape.shape[1] // 2
    place = np.argwhere(shape) + np.array([top, left])
    kept = ((place >= 0) & (place < dense.shape)).all(axis=1)
    dense[tuple(place[kept].T)] = value


def _shapes(label_map: LabelMap, things: Mask, first_void: int) -> list[Mask]:
    """Return the masks of the objects that are worth pasting: intricate and no stamps."""
    found = take_imprints(
        label_map, first_void=first_void, least_area_px=LEAST_AREA_PX, least_pieces=LEAST_PIECES
    )
    chosen = found.only(things[found.value] & ~found.symmetric)
    dense = label_map.to_dense()
    masks = []
    for value, (top, left, bottom, right) in zip(chosen.value, chosen.box.tolist(), strict=True):
        masks.append(dense[top:bottom, left:right] == value)
    return masks


def leave_drafts(
    submission: Submission,
    parameters: UntouchedDrafts,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Hand in drafts; without drafts, the work itself."""
    del colleagues
    if not desk.drafts:
        return submission
    taken = rng.random(len(submission.maps)) < parameters.share
    maps = zip(submission.maps, desk.drafts, taken, strict=True)
    return replace(submission, maps=tuple(draft if lazy else own for own, draft, lazy in maps))


def copy_work(
    submission: Submission,
    parameters: CopiedWork,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Hand in a colleague's maps, shaken a little where asked for."""
    if not 0 <= parameters.colleague < len(colleagues):
        raise ParameterError(
            f"colleague is {parameters.colleague}, but {len(colleagues)} worked before. "
            "Put who copies after whom is copied."
        )
    shaking = BoundaryJitter(reach_px=parameters.jitter_px, wave_px=10.0)
    maps = []
    for place, own in enumerate(submission.maps):
        copied = colleagues[parameters.colleague].maps[place]
        if rng.random() >= parameters.share:
            copied = own
        elif parameters.jitter_px > 0:
            task = Task(desk.ontology, place)
            copied = jitter_boundaries(copied, shaking, task, rng).label_map
        maps.append(copied)
    return replace(submission, maps=tuple(maps))


def repeat_maps(
    submission: Submission,
    parameters: RepeatedMaps,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Hand in the map of the image before."""
    del desk, colleagues
    maps = list(submission.maps)
    for place in range(1, len(maps)):
        if rng.random() < parameters.share:
            maps[place] = maps[place - 1]
    return replace(submission, maps=tuple(maps))


def spare_effort(
    submission: Submission,
    parameters: GoldOnlyEffort,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Coarsen outlines and leave out objects wherever the image is not gold."""
    del colleagues
    missing = MissedObjects(largest_px=400, share=parameters.missed)
    coarse = CoarsePolygons(tolerance_px=parameters.tolerance_px)
    maps = []
    for place, (key, label_map) in enumerate(zip(desk.keys, submission.maps, strict=True)):
        spoilt = label_map
        if key not in desk.gold:
            task = Task(desk.ontology, place)
            spoilt = miss_objects(spoilt, missing, task, rng).label_map
            spoilt = coarsen(spoilt, coarse, task, rng).label_map
        maps.append(spoilt)
    return replace(submission, maps=tuple(maps))


def inflate_hours(
    submission: Submission,
    parameters: InflatedHours,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Claim a multiple of the minutes."""
    del desk, colleagues, rng
    return replace(
        submission, minutes=tuple(minutes * parameters.factor for minutes in submission.minutes)
    )


def inflate_vertices(
    submission: Submission,
    parameters: InflatedVertices,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Put further vertices on every edge of every outline."""
    del desk, colleagues, rng
    shares = np.arange(parameters.factor)[:, None] / parameters.factor

    def denser(outline: Outline) -> Outline:
        ring = outline.ring
        following = np.roll(ring, -1, axis=0)
        dense = ring[:, None] + shares * (following - ring)[:, None]
        return Outline(outline.value, dense.reshape(-1, 2))

    return replace(
        submission,
        outlines=tuple(tuple(denser(entry) for entry in image) for image in submission.outlines),
    )


def probe(
    submission: Submission,
    parameters: Probing,
    desk: Desk,
    colleagues: Sequence[Submission],
    rng: np.random.Generator,
) -> Submission:
    """Hand in worse versions first, one image mended each time."""
    del colleagues
    worse = Annotator("hasty", (CoarsePolygons(tolerance_px=5.0),), seed=int(rng.integers(2**31)))
    order = rng.permutation(len(submission.maps))[: parameters.rounds].tolist()
    versions = [list(submission.maps)]
    for place in order:
        before = list(versions[-1])
        before[place] = worse.annotate(before[place], place, desk.ontology)
        versions.append(before)
    return replace(submission, earlier=tuple(tuple(maps) for maps in versions[:0:-1]))


CHEATS = (
    Cheat(
        "pasted-objects",
        "Objects are pasted, not drawn.",
        "A share of the objects is replaced by the outline of an object that was drawn before, "
        "put at their middle. `copied-shapes` finds it.",
        PastedObjects,
        paste_objects,
    ),
    Cheat(
        "untouched-draft-work",
        "Drafts come back as they were.",
        "A share of the images has the draft of the pre-annotation instead of a correction, "
        "errors included. `untouched-drafts` finds it by seeded errors.",
        UntouchedDrafts,
        leave_drafts,
    ),
    Cheat(
        "copied-work",
        "A colleague's labels are handed in as one's own.",
        "A share of the images has a colleague's labels; with `jitter_px` their boundaries are "
        "shaken so that no pixel-exact comparison helps. `shared-outlines` finds plain copies, "
        "`shared-errors` shaken ones.",
        CopiedWork,
        copy_work,
    ),
    Cheat(
        "repeated-maps",
        "Labels of one image are handed in for another.",
        "A share of the images has the labels of the image before. `repeated-work` finds it.",
        RepeatedMaps,
        repeat_maps,
    ),
    Cheat(
        "gold-only-care",
        "Only gold is done with care.",
        "On images that are no gold, outlines are coarse and small objects left out. "
        "`gold-only-effort` finds it.",
        GoldOnlyEffort,
        spare_effort,
    ),
    Cheat(
        "inflated-hours",
        "More time is claimed than was taken.",
        "All minutes are multiplied. `excess-hours` finds it.",
        InflatedHours,
        inflate_hours,
    ),
    Cheat(
        "inflated-vertices",
        "Outlines have vertices that change no pixel.",
        "Every edge gets further vertices on it. `excess-vertices` finds it.",
        InflatedVertices,
        inflate_vertices,
    ),
    Cheat(
        "probed-score",
        "A delivery is sent again and again with one image changed.",
        "The delivery is preceded by `rounds` others, each with one image worse. `probing` finds "
        "it.",
        Probing,
        probe,
    ),
)
