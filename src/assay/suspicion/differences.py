"""Connected regions in which labels and their rival differ by more than an outline."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.delivery import Region
from assay.labels import LabelMap, Ontology, find_regions
from assay.labels.regions import Regions
from assay.metrics.matching import FOUND_SHARE
from assay.suspicion import kinds
from assay.suspicion.view import View

#: A region below the ``minimum_region_px`` of its class that the other map lacks: no difference.
_NOISE = "noise"

_Mask = NDArray[np.bool_]
_Indexes = NDArray[np.int64]


@dataclass(frozen=True)
class Difference:
    """A region of an image where the others see something else than is labelled.

    Parameters
    ----------
    kind
        Name of a kind of :data:`assay.suspicion.kinds.KINDS`.
    region
        Its box.
    area_px
        Its pixels, without those that an outline within the tolerance explains.
    label, rival
        Class indexes: of most of its labels, and of what is seen there instead.
    label_share, rival_share
        Mean probability, or share of votes, of the label and of the rival over its pixels.
    """

    kind: str
    region: Region
    area_px: int
    label: int
    rival: int
    label_share: float
    rival_share: float


def find_differences(
    view: View, ontology: Ontology, *, gap_px: int, tolerant: bool = True
) -> tuple[Difference, ...]:
    """Find the regions that differ, and say of what kind each is.

    Pixels beside each other belong to one region when they have the same figure: the thing of the
    two classes, or both classes where both or neither are things.  Where an outline runs within
    the larger ``boundary_tolerance_px`` of the two classes, nothing differs.  Splits and merges of
    things are found by the pixels between the parts, however few.

    Parameters
    ----------
    view
        Labels and their rival.
    ontology
        Whose indexes these are.
    gap_px
        Pixels that lie within so many of two parts lie between them; 0 to look for no such pixels.
    tolerant
        Whether an outline may run elsewhere within the tolerance.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((
    ...     LabelClass("road", 1, (9, 9, 9), boundary_tolerance_px=1),
    ...     LabelClass("car", 2, (0, 0, 142), kind="thing", boundary_tolerance_px=1),
    ... ))
    >>> labels = LabelMap.from_dense([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
    >>> rival = LabelMap.from_dense([[1, 1, 2, 2, 1], [1, 1, 2, 2, 1]])
    >>> sure = np.full(labels.shape, 0.9, np.float32)
    >>> found = find_differences(View(labels, rival, 1 - sure, sure), ontology, gap_px=2)
    >>> [(entry.kind, entry.region.left, entry.area_px) for entry in found]
    [('missing_object', 2, 4)]
    """
    if view.labels == view.rival:
        return ()
    scene = _Scene.of(view)
    splits, merges = _bridges(scene, ontology, gap_px)
    codes = _codes(scene, splits, merges, ontology, tolerant=tolerant)
    places = np.flatnonzero(codes)
    if not places.size:
        return ()
    # One value per code; what does not differ has 0, and its regions are passed over.
    _, ranks = np.unique(codes[places], return_inverse=True)
    dense = np.zeros(codes.size, np.uint16)
    dense[places] = np.minimum(ranks + 1, 2**16 - 1)
    spread = LabelMap.from_dense(dense.reshape(view.labels.shape))
    regions = find_regions(spread)
    member = _owners(spread, regions).ravel()[places]
    found = _described(scene, ontology, regions, codes, places, member, tolerant=tolerant)
    return tuple(difference for difference in found if difference.kind != _NOISE)


@dataclass(frozen=True, eq=False)
class _Scene:
    """Both maps of a view, dense, with their regions."""

    view: View
    labels: NDArray[np.uint16]
    rival: NDArray[np.uint16]
    label_regions: Regions
    rival_regions: Regions
    label_owner: NDArray[np.int32]
    rival_owner: NDArray[np.int32]

    @cached_property
    def _alone(self) -> tuple[_Mask, _Mask]:
        return _without_answer(self.view.labels, self.label_regions, self.view.rival,
                               self.rival_regions)  # fmt: skip

    @property
    def label_alone(self) -> _Mask:
        """Which regions of the labels the rival hardly has."""
        return self._alone[0]

    @property
    def rival_alone(self) -> _Mask:
        """Which regions of the rival the labels hardly have."""
        return self._alone[1]

    @cached_property
    def label_enclosed(self) -> _Indexes:
        """The only class beside each region of the labels, or -1."""
        return _enclosed_by(self.view.labels, self.label_regions)

    @cached_property
    def rival_enclosed(self) -> _Indexes:
        """The only class beside each region of the rival, or -1."""
        return _enclosed_by(self.view.rival, self.rival_regions)

    @classmethod
    def of(cls, view: View) -> "_Scene":
        of_labels, of_rival = find_regions(view.labels), find_regions(view.rival)
        return cls(
            view,
            view.labels.to_dense(),
            view.rival.to_dense(),
            of_labels,
            of_rival,
            _owners(view.labels, of_labels),
            _owners(view.rival, of_rival),
        )


def _owners(label_map: LabelMap, regions: Regions) -> NDArray[np.int32]:
    return np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)


def _bridges(scene: _Scene, ontology: Ontology, gap_px: int) -> tuple[_Mask, _Mask]:
    """Return the pixels by which labels split what is seen as one, and merge what is not."""
    things, least = _things(ontology), _least_px(ontology)
    splits, merges = (np.zeros(scene.labels.shape, np.bool_) for _ in range(2))
    of_labels, of_rival = scene.label_regions, scene.rival_regions
    kernels.suspicion.mark_bridges(
        scene.rival, scene.rival_owner, scene.labels, scene.label_owner, things,
        of_labels.area >= least[of_labels.value], gap_px, splits,
    )  # fmt: skip
    kernels.suspicion.mark_bridges(
        scene.labels, scene.label_owner, scene.rival, scene.rival_owner, things,
        of_rival.area >= least[of_rival.value], gap_px, merges,
    )  # fmt: skip
    return splits, merges


#: What a code says of a pixel, besides its figure: by which road it came to be one.
_SPLIT, _MERGE, _SEEN, _LABELLED, _PAIR, _ROLES = 1, 2, 3, 4, 5, 6


def _codes(
    scene: _Scene, splits: _Mask, merges: _Mask, ontology: Ontology, *, tolerant: bool
) -> _Indexes:
    """Return a number per pixel, shape (pixels,): 0 where nothing differs, else role and figure."""
    marks = np.empty(scene.labels.shape, np.uint8)
    kernels.suspicion.mark_differences(
        scene.labels, scene.rival, _tolerances(ontology) * tolerant, scene.label_owner,
        scene.label_alone & (scene.label_enclosed >= 0), marks,
    )  # fmt: skip
    differ = np.flatnonzero((marks == kernels.suspicion.CORE) | splits | merges)
    own = scene.labels.ravel()[differ].astype(np.int64)
    other = scene.rival.ravel()[differ].astype(np.int64)
    things = _things(ontology)
    roles = [splits.ravel()[differ], merges.ravel()[differ], things[other] & ~things[own],
             things[own] & ~things[other]]  # fmt: skip
    role = np.select(roles, [_SPLIT, _MERGE, _SEEN, _LABELLED], _PAIR)
    figure = np.select([np.isin(role, (_SPLIT, _SEEN)), role < _PAIR], [other, own],
                       own * ontology.size + other)  # fmt: skip
    codes = np.zeros(scene.view.labels.pixels, np.int64)
    codes[differ] = role + _ROLES * figure
    return codes


def _described(
    scene: _Scene,
    ontology: Ontology,
    regions: Regions,
    codes: _Indexes,
    places: _Indexes,
    member: NDArray[np.int32],
    *,
    tolerant: bool,
) -> tuple[Difference, ...]:
    """Return the difference of each group of ``places`` that belong to one member of regions."""
    numbers, group = np.unique(member, return_inverse=True)
    area = np.bincount(group)
    label_share, rival_share = (
        np.bincount(group, weights=share.ravel()[places]) / area
        for share in (scene.view.label_share, scene.view.rival_share)
    )
    label, rival, label_region, rival_region, code = (
        _commonest(group, values.ravel()[places].astype(np.int64), numbers.size)
        for values in (scene.labels, scene.rival, scene.label_owner, scene.rival_owner, codes)
    )
    kind = _kinds(scene, ontology, code % _ROLES, label_region, rival_region, tolerant=tolerant)
    boxes = zip(*(side[numbers].tolist() for side in (
        regions.top, regions.left, regions.bottom, regions.right)), strict=True)  # fmt: skip
    return tuple(
        Difference(name, Region(*box), *rest)
        for name, box, *rest in zip(
            kind,
            boxes,
            area.tolist(),
            label.tolist(),
            rival.tolist(),
            label_share.tolist(),
            rival_share.tolist(),
            strict=True,
        )
    )


def _commonest(group: NDArray[np.intp], values: _Indexes, groups: int) -> _Indexes:
    """Return the most frequent value of each group, the least of equally frequent ones."""
    pairs, counts = np.unique(np.stack([group, values]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -counts, pairs[0]))
    first = np.searchsorted(pairs[0][order], np.arange(groups))
    found: _Indexes = pairs[1][order][first]
    return found


def _kinds(
    scene: _Scene,
    ontology: Ontology,
    role: _Indexes,
    label_region: _Indexes,
    rival_region: _Indexes,
    *,
    tolerant: bool,
) -> list[str]:
    enclosed_label = scene.label_enclosed[label_region]
    enclosed_rival = scene.rival_enclosed[rival_region]
    own, other = scene.label_regions.value[label_region], scene.rival_regions.value[rival_region]
    things = _things(ontology)
    lost, made_up = scene.rival_alone[rival_region], scene.label_alone[label_region]
    least = _least_px(ontology) * tolerant
    lost_noise = lost & (scene.rival_regions.area[rival_region] < least[other])
    made_up_noise = made_up & (scene.label_regions.area[label_region] < least[own])
    in_rival = made_up & (enclosed_label == other) & ~things[own]
    in_labels = lost & (enclosed_rival == own) & ~things[other]
    # The first that holds.
    cases = {
        kinds.SPLIT: role == _SPLIT,
        kinds.MERGE: role == _MERGE,
        kinds.SWAPPED_CLASS: lost & made_up & ~(lost_noise | made_up_noise),
        None: (lost_noise & ((role != _LABELLED) | in_labels))
        | (made_up_noise & ((role != _SEEN) | in_rival)),
        kinds.HOLE: in_rival,
        kinds.FILLED_HOLE: in_labels,
        # Nothing drawn is no object too many, however it is bounded.
        kinds.MISSING_OBJECT: (lost & (role != _LABELLED)) | (made_up & (own == 0)),
        kinds.EXTRA_OBJECT: made_up & (role != _SEEN),
    }
    names = [_NOISE if kind is None else kind.name for kind in (*cases, kinds.BOUNDARY)]
    found = np.select(list(cases.values()), np.arange(len(cases)), len(cases))
    return [names[place] for place in found.tolist()]


def _without_answer(
    labels: LabelMap, of_labels: Regions, rival: LabelMap, of_rival: Regions
) -> tuple[_Mask, _Mask]:
    """Return which regions of the labels, and of the rival, the other map hardly has."""
    in_rival = np.zeros(len(of_labels), np.int64)
    scored, found = (np.zeros(len(of_rival), np.int64) for _ in range(2))
    # Values are one higher, because the kernel scores no zeros: here unlabelled is a class, too.
    kernels.errors.overlap_of_regions(
        labels.ends, labels.values + np.uint16(1), of_labels.of_run,
        rival.ends, rival.values + np.uint16(1), of_rival.of_run,
        2**16, in_rival, scored, found,
    )  # fmt: skip
    return in_rival < FOUND_SHARE * of_labels.area, found < FOUND_SHARE * of_rival.area


def _enclosed_by(label_map: LabelMap, regions: Regions) -> _Indexes:
    """Return the only value beside each region, or -1 where there are several or the frame is."""
    least = np.full(len(regions), 2**16 - 1, np.uint16)
    most = np.zeros(len(regions), np.uint16)
    open_regions = np.zeros(len(regions), np.bool_)
    kernels.suspicion.enclosing_values(
        label_map.ends, label_map.values, label_map.row_starts, label_map.width,
        regions.of_run, least, most, open_regions,
    )  # fmt: skip
    # Widened first: as a value of 16 bits, -1 would be 65535.
    return np.where((least == most) & ~open_regions, least.astype(np.int64), -1)


def _things(ontology: Ontology) -> _Mask:
    return _per_index(ontology, [label.kind == "thing" for label in ontology.classes]) > 0


def _tolerances(ontology: Ontology) -> _Indexes:
    return _per_index(ontology, [label.boundary_tolerance_px for label in ontology.classes])


def _least_px(ontology: Ontology) -> _Indexes:
    return _per_index(ontology, [label.minimum_region_px for label in ontology.classes])


def _per_index(ontology: Ontology, values: Sequence[int]) -> _Indexes:
    """Return one number per index; 0 for those that are no class."""
    table = np.zeros(ontology.size, np.int64)
    table[1 : ontology.first_void] = values
    return table
