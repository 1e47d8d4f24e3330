"""Look for label errors without gold: each image beside what a model or others say of it."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay
from assay.assess.exhibits import Photographs
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Region, Severity
from assay.errors import MalformedError, ParameterError
from assay.formats.soft_maps import SoftMaps
from assay.labels import LabelMap, Ontology, window
from assay.suspicion.calibration import Place, calibrate
from assay.suspicion.confidence import SelfConfidence, add_confidence, measure_confidence
from assay.suspicion.kinds import KINDS
from assay.suspicion.methods import METHODS, rank
from assay.suspicion.report import ItemStatus, SuspectExhibit, SuspectItem, SuspectReport
from assay.suspicion.spec import Method
from assay.suspicion.suspect import Judgement, Suspect
from assay.suspicion.view import Tile, View, view_of_model, view_of_votes

#: Room around a suspect in the gallery, in pixels and in sizes of the suspect.
_ROOM_PX, _ROOM = 20, 0.6


@dataclass(frozen=True)
class Evidence:
    """What the labels are compared with: soft maps of a model, or others' labels.

    Parameters
    ----------
    soft
        Probabilities of a model, or None.
    others
        Deliveries of the same images, opened with the same ontology; empty beside soft maps.

    Raises
    ------
    ParameterError
        When there are both, or neither, or two others share a name.
    """

    soft: SoftMaps | None = None
    others: tuple[Delivery, ...] = ()

    def __post_init__(self) -> None:
        if (self.soft is None) == (not self.others):
            raise ParameterError(
                "Give either soft maps of a model, or others' labels of the same images."
            )
        names = [other.name for other in self.others]
        if len(set(names)) < len(names):
            raise ParameterError(
                f"The others are called {', '.join(names)}. Give each of them once, with its own "
                "name."
            )


def find_suspects(
    candidate: Delivery,
    evidence: Evidence,
    method: Method | None = None,
    parameters: Any = None,  # noqa: ANN401 - a value of the method's own type
    *,
    top: int = 200,
    exhibits: int = 0,
    photographs: Photographs | None = None,
    verdicts: Mapping[Place, bool] | None = None,
    workers: int = 0,
    progress: Progress = silent,
) -> SuspectReport:
    """Rank the images and regions of a delivery by how probably their labels are wrong.

    Every item is read in a worker process of bounded time and memory.  What is kept of an image
    is a line and its worst suspects.

    Parameters
    ----------
    candidate
        Labels to look at.
    evidence
        What they are compared with.
    method
        How suspects are found and scored; ``regions`` by default.
    parameters
        Settings of the method; its defaults by default.
    top
        How many regions are listed, at least 1.
    exhibits
        How many of them are shown with their surroundings.
    photographs
        Gives the photograph of an item, or None.
    verdicts
        What people said of some regions: whether each is an error.  With them scores become
        probabilities.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Raises
    ------
    ParameterError
        When the delivery has no items, another was opened with another ontology, or the method
        needs soft maps and there are none.
    """
    chosen = METHODS.get("regions") if method is None else method
    settings = chosen.parameters() if parameters is None else parameters
    _check(candidate, evidence, chosen, top)
    warm_formats((candidate, *evidence.others), candidate.ontology)
    keys = candidate.keys
    total = len(keys) * (2 if chosen.thresholds else 1)
    task = _Task(candidate, evidence, chosen, settings)
    if chosen.thresholds:
        task = _with_thresholds(task, workers, lambda done, _: progress(done, total))
    advance = _later(progress, total - len(keys), total)
    outcomes = [
        _Outcome("unreadable", findings=(too_costly(key, result),))
        if isinstance(result, Lost)
        else result
        for key, result in walk(keys, task, workers=workers, progress=advance)
    ]
    return _report(task, outcomes, top, exhibits, photographs, verdicts or {}, workers)


def _later(progress: Progress, before: int, total: int) -> Progress:
    """Return the progress of a pass that others came before."""
    return lambda done, _: progress(before + done, total)


def _with_thresholds(task: "_Task", workers: int, progress: Progress) -> "_Task":
    """Read the soft maps once for each class's mean self-confidence."""
    size = task.ontology.size
    walked = walk(task.candidate.keys, task.confidence, workers=workers, progress=progress)
    parts = (part for _, part in walked if isinstance(part, SelfConfidence))
    return dataclasses.replace(task, least=add_confidence(parts, size).thresholds)


def _check(candidate: Delivery, evidence: Evidence, method: Method, top: int) -> None:
    if not candidate.keys:
        raise ParameterError(
            f"The delivery {candidate.name!r} holds no items, so there is nothing to look at. "
            "Check the path and the format."
        )
    if method.thresholds and evidence.soft is None:
        raise ParameterError(
            f"The method {method.name!r} takes soft maps. Give them, or take another method."
        )
    if top < 1:
        raise ParameterError(f"top is {top}; give 1 or more.")
    for other in evidence.others:
        if other.ontology != candidate.ontology:
            raise ParameterError(
                f"{other.name!r} and {candidate.name!r} were opened with different ontologies. "
                "Open all with one."
            )


@dataclass(frozen=True)
class _Outcome:
    """What became of one item."""

    status: ItemStatus
    height: int = 0
    width: int = 0
    judgement: Judgement | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Task:
    """Judges an item by its key; picklable."""

    candidate: Delivery
    evidence: Evidence
    method: Method
    settings: Any
    least: NDArray[np.float32] | None = None

    @property
    def ontology(self) -> Ontology:
        return self.candidate.ontology

    def __call__(self, key: str) -> _Outcome:
        reading = self.candidate.read(key)
        labels = reading.label_map
        if labels is None:
            return _Outcome("unreadable", findings=reading.findings)
        view, findings = self.view(key, labels)
        found = (*reading.findings, *findings)
        if view is None:
            return _Outcome("no_evidence", *labels.shape, findings=found)
        judgement = self.method.judge(key, view, self.ontology, self.settings)
        return _Outcome("judged", *labels.shape, judgement, found)

    def confidence(self, key: str) -> SelfConfidence | None:
        """Return the self-confidence of an item, for thresholds; None where there is none."""
        labels = self.candidate.read(key).label_map
        view = None if labels is None else self.view(key, labels)[0]
        return None if view is None else measure_confidence(view, self.ontology.size)

    def view(self, key: str, labels: LabelMap) -> tuple[View | None, tuple[Finding, ...]]:
        """Return what others say of an item, or why they say nothing."""
        if self.evidence.soft is not None:
            return self._model_view(key, labels, self.evidence.soft)
        maps, findings = _others(key, labels, self.evidence.others)
        return (view_of_votes(labels, maps, self.ontology) if maps else None), findings

    def _model_view(
        self, key: str, labels: LabelMap, soft: SoftMaps
    ) -> tuple[View | None, tuple[Finding, ...]]:
        try:
            tiles = (Tile(*tile) for tile in soft.tiles(key, labels.shape))
            view = view_of_model(labels, tiles, self.ontology, known=soft.classes, least=self.least)
        except MalformedError as error:
            return None, (Finding.from_error(key, error),)
        return view, ()


def _others(
    key: str, labels: LabelMap, others: Sequence[Delivery]
) -> tuple[list[LabelMap], tuple[Finding, ...]]:
    """Return what others labelled of an image, at the size of the labels."""
    maps: list[LabelMap] = []
    findings: list[Finding] = []
    for other in others:
        if key not in other.key_set:
            continue
        reading = other.read(key)
        findings.extend(_of(other, finding) for finding in reading.findings)
        if reading.label_map is None:
            continue
        if reading.label_map.shape == labels.shape:
            maps.append(reading.label_map)
        else:
            findings.append(_wrong_size(key, other, reading.label_map, labels))
    if not maps:
        findings.append(
            Finding(
                "missing-item",
                Severity.WARNING,
                key,
                "None of the others has labels of this image, so nothing can be said of it.",
                "Give others that labelled it, or check the names.",
            )
        )
    return maps, tuple(findings)


def _of(other: Delivery, finding: Finding) -> Finding:
    return dataclasses.replace(finding, message=f"{other.name}: {finding.message}")


def _wrong_size(key: str, other: Delivery, found: LabelMap, labels: LabelMap) -> Finding:
    return Finding(
        "wrong-size",
        Severity.ERROR,
        key,
        f"{other.name}: the label map has {found.height}×{found.width} px, the delivery "
        f"{labels.height}×{labels.width} px; it is left out.",
        "Export the label map again at the pixel size of the image.",
    )


def _report(
    task: _Task,
    outcomes: Sequence[_Outcome],
    top: int,
    exhibits: int,
    photographs: Photographs | None,
    verdicts: Mapping[Place, bool],
    workers: int,
) -> SuspectReport:
    candidate, evidence = task.candidate, task.evidence
    judgements = [outcome.judgement for outcome in outcomes if outcome.judgement is not None]
    ranked = rank(s for judgement in judgements for s in judgement.suspects)
    suspects = ranked[:top]
    counted = Counter(suspect.kind for suspect in suspects)
    shown = _exhibits(task, suspects[:exhibits], photographs, workers)
    return SuspectReport(
        candidate=candidate.name,
        evidence="other labels" if evidence.soft is None else "soft maps",
        sources=(evidence.soft.source.name,)
        if evidence.soft is not None
        else tuple(other.name for other in evidence.others),
        ontology=candidate.ontology,
        method=task.method.name,
        settings=MappingProxyType(dataclasses.asdict(task.settings)),
        items=_items(candidate.keys, outcomes),
        suspects=suspects,
        found=sum(judgement.found for judgement in judgements),
        kinds=MappingProxyType({kind.name: counted[kind.name] for kind in KINDS}),
        top=top,
        findings=tuple(_findings(task, outcomes)),
        exhibits=tuple(shown),
        version=assay.__version__,
        calibration=calibrate(ranked, verdicts) if verdicts else None,
    )


def _findings(task: _Task, outcomes: Sequence[_Outcome]) -> Iterator[Finding]:
    yield from task.candidate.findings
    if task.evidence.soft is not None:
        yield from task.evidence.soft.findings
    for other in task.evidence.others:
        yield from (_of(other, finding) for finding in other.findings)
    for outcome in outcomes:
        yield from outcome.findings


def _items(keys: Sequence[str], outcomes: Sequence[_Outcome]) -> tuple[SuspectItem, ...]:
    items = [
        SuspectItem(key, outcome.status, outcome.height, outcome.width, float("nan"), 0, 0, 0)
        if (judged := outcome.judgement) is None
        else SuspectItem(
            key,
            outcome.status,
            outcome.height,
            outcome.width,
            judged.score,
            judged.found,
            judged.judged_px,
            judged.differing_px,
        )
        for key, outcome in zip(keys, outcomes, strict=True)
    ]
    return tuple(sorted(items, key=_order))


def _order(item: SuspectItem) -> tuple[bool, float, str]:
    """Put judged items first, the most suspicious of them at the top."""
    judged = item.status == "judged"
    return not judged, -item.score if judged else 0.0, item.key


def _exhibits(
    task: _Task, suspects: Sequence[Suspect], photographs: Photographs | None, workers: int
) -> Iterator[SuspectExhibit]:
    by_item: dict[str, list[Suspect]] = {}
    for suspect in suspects:
        by_item.setdefault(suspect.item, []).append(suspect)
    shown: dict[Suspect, SuspectExhibit] = {}
    make = partial(_make_exhibits, task, by_item, photographs)
    for _, result in walk(tuple(by_item), make, workers=workers):
        if not isinstance(result, Lost):
            shown.update((exhibit.suspect, exhibit) for exhibit in result)
    yield from (shown[suspect] for suspect in suspects if suspect in shown)


def _make_exhibits(
    task: _Task,
    suspects: dict[str, list[Suspect]],
    photographs: Photographs | None,
    key: str,
) -> list[SuspectExhibit]:
    labels = task.candidate.read(key).label_map
    view = None if labels is None else task.view(key, labels)[0]
    if labels is None or view is None:
        return []
    image = None if photographs is None else photographs(key)
    return [_exhibit(suspect, view, image) for suspect in suspects[key]]


def _exhibit(suspect: Suspect, view: View, image: NDArray[np.uint8] | None) -> SuspectExhibit:
    box = _room_around(suspect.region, view.labels.shape)
    place = slice(box.top, box.bottom), slice(box.left, box.right)
    doubt = 255 * (1 - np.nan_to_num(view.label_share[place], nan=1.0))
    return SuspectExhibit(
        suspect,
        box.top,
        box.left,
        window(view.labels, top=box.top, left=box.left, bottom=box.bottom, right=box.right),
        window(view.rival, top=box.top, left=box.left, bottom=box.bottom, right=box.right),
        np.clip(doubt + 0.5, 0, 255).astype(np.uint8),
        None if image is None else _cropped(image, box, view.labels.shape),
    )


def _room_around(region: Region, shape: tuple[int, int]) -> Region:
    """Return a square window around a region, moved into the frame; smaller where that is."""
    side = max(region.bottom - region.top, region.right - region.left)
    size = side + 2 * round(max(_ROOM_PX, _ROOM * side))
    top, bottom = _within(region.top, region.bottom, size, shape[0])
    left, right = _within(region.left, region.right, size, shape[1])
    return Region(top, left, bottom, right)


def _within(start: int, stop: int, size: int, whole: int) -> tuple[int, int]:
    """Return the ends of ``size`` pixels around a stretch, moved into 0 to ``whole``."""
    first = max(0, min((start + stop - size) // 2, whole - size))
    return first, min(whole, first + size)


def _cropped(image: NDArray[np.uint8], box: Region, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Cut a window out of a photograph, which may have been shrunk."""
    down, across = image.shape[0] / shape[0], image.shape[1] / shape[1]
    top, left = int(box.top * down), int(box.left * across)
    bottom, right = int(np.ceil(box.bottom * down)), int(np.ceil(box.right * across))
    return image[top : max(bottom, top + 1), left : max(right, left + 1)].copy()
