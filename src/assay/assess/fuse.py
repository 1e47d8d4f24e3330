"""Make one delivery of several: count votes, decide once for all images, paint image by image."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

import assay
from assay.assess.exhibits import Photographs
from assay.assess.panel import Panel, PanelReading
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.consensus.contested import ContestedRegion, find_contested, worst_first
from assay.consensus.deciding import BY_SKILL, LEFT_OPEN
from assay.consensus.fusing import Consensus, FusionPlan, fuse_patterns
from assay.consensus.report import AnnotatorResult, ContestedExhibit, FusedItem, FusionReport
from assay.consensus.skill import count_against_fused, count_against_others, skill_of
from assay.delivery import Delivery, Finding, Severity
from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology
from assay.labels.windows import window
from assay.metrics.confusion import count_confusion
from assay.metrics.intervals import estimate_score
from assay.metrics.overlap import mean_iou
from assay.metrics.patterns import PatternMap, VotePatterns, count_patterns
from assay.metrics.registry import METRICS
from assay.report import Score

#: How many contested regions are shown with pictures.
SHOWN = 12

#: Pixels around a contested region in its picture, and the least side of a picture.
_MARGIN, _LEAST_SIDE = 24, 96


@dataclass(frozen=True, eq=False)
class FusedMap:
    """One image of the result: the labels, and how uncertain they are in steps of 1/255."""

    key: str
    labels: LabelMap
    uncertainty: LabelMap


#: Takes the fused maps, one at a time, to the end.
Keeper = Callable[[Iterator[FusedMap]], object]


def forget(maps: Iterator[FusedMap]) -> None:
    """Keep no map: for who wants the report alone."""
    for _ in maps:
        pass


def fuse(
    panel: Panel,
    plan: FusionPlan = FusionPlan(),  # noqa: B008 - a frozen value
    *,
    keep: Keeper = forget,
    reference: Delivery | None = None,
    photographs: Photographs | None = None,
    workers: int = 0,
    progress: Progress = silent,
) -> FusionReport:
    """Fuse what several annotators say of the same images.

    The images are gone through twice: once to count vote patterns, once to paint what they stand
    for.  Memory does not grow with the number of images, but for the distinct patterns and some
    kilobytes of counts an image.

    Parameters
    ----------
    panel
        The annotators.
    plan
        How to fuse.
    keep
        Called once with an iterator over the fused maps, in the order of their keys; it must go
        through all of them.
    reference
        Labels that are right, by which the result and the annotators are scored.
    photographs
        Gives the photograph of an item for the gallery, or None.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``; each image is two.

    Returns
    -------
    FusionReport
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    ParameterError
        When the panel has no image that can be read, or the reference was opened with another
        ontology.
    """
    _check(panel, reference)
    warm_formats(
        panel.deliveries if reference is None else (*panel.deliveries, reference), panel.ontology
    )
    total = 2 * len(panel.keys)
    counted = _count(panel, workers, lambda done, _: progress(done, total))
    if counted.patterns is None:
        raise ParameterError(
            f"None of the {len(panel.keys)} images has a map that can be read, so there is nothing "
            "to fuse. Check the paths and formats."
        )
    consensus = fuse_patterns(counted.patterns, panel.ontology, plan, names=panel.names)
    consensus.prepare()
    kept = _Kept()
    task = partial(_paint, panel, consensus, reference)
    results = walk(
        counted.readable,
        task,
        workers=workers,
        progress=lambda done, _: progress(len(panel.keys) + done, total),
    )
    keep(kept.take(results, plan.contested_regions))
    return _report(panel, consensus, counted, kept, reference, photographs, workers)


def _check(panel: Panel, reference: Delivery | None) -> None:
    if reference is not None and reference.ontology != panel.ontology:
        raise ParameterError(
            f"{reference.name!r} and the annotators were opened with different ontologies. "
            "Open all with one."
        )
    if not panel.keys:
        raise ParameterError(
            f"{', '.join(panel.names)} hold no items, so there is nothing to fuse. Check the paths "
            "and the formats."
        )


@dataclass(frozen=True, eq=False)
class _Count:
    """Vote patterns of one image, None where nobody has a map; and faults by annotator."""

    patterns: VotePatterns | None
    present: tuple[bool, ...]
    findings: tuple[tuple[str, Finding], ...]


@dataclass
class _Counted:
    """What the first pass found."""

    patterns: VotePatterns | None = None
    readable: list[str] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)


# Tasks are functions of a module and not closures, so that they also reach spawned workers.


def _count_item(panel: Panel, key: str) -> _Count:
    reading = panel.read(key)
    present = tuple(found is not None for found in reading.maps)
    patterns = count_patterns([reading.votes]) if reading.votes else None
    return _Count(patterns, present, reading.findings)


def _count(panel: Panel, workers: int, progress: Progress) -> _Counted:
    counted = _Counted(images=[0] * len(panel.names))
    waiting: list[VotePatterns] = []
    for key, result in walk(
        panel.keys, partial(_count_item, panel), workers=workers, progress=progress
    ):
        if isinstance(result, Lost):
            counted.findings.append(("", too_costly(key, result)))
            continue
        counted.findings.extend(result.findings)
        if result.patterns is None:
            continue
        counted.readable.append(key)
        counted.images = [
            n + there for n, there in zip(counted.images, result.present, strict=True)
        ]
        waiting.append(result.patterns)
        # Sums of like size are added, as a binary counter does, so that adding stays cheap.
        while len(waiting) > 1 and len(waiting[-1].counts) * 2 > len(waiting[-2].counts):
            waiting.append(waiting.pop() + waiting.pop())
    while len(waiting) > 1:
        waiting.append(waiting.pop() + waiting.pop())
    counted.patterns = waiting[0] if waiting else None
    return counted


@dataclass(frozen=True, eq=False)
class _Painted:
    """One image, fused."""

    item: FusedItem
    labels: LabelMap
    uncertainty: LabelMap
    with_others: NDArray[np.int64]
    with_fused: NDArray[np.int64]
    with_reference: NDArray[np.int64] | None
    regions: tuple[ContestedRegion, ...]
    findings: tuple[tuple[str, Finding], ...]


def _paint(panel: Panel, consensus: Consensus, reference: Delivery | None, key: str) -> _Painted:
    reading = panel.read(key)
    where = consensus.locate(reading.votes)
    fused = consensus.paint(where)
    scored, findings = _against_reference(key, fused, reading, reference, panel.ontology)
    regions = find_contested(key, where, consensus)
    return _Painted(
        _item(reading, where, consensus, scored, len(regions)),
        fused,
        consensus.paint_uncertainty(where),
        count_against_others(where, consensus),
        count_against_fused(fused, reading.maps, consensus),
        scored,
        tuple(regions[: consensus.plan.contested_regions]),
        findings,
    )


def _item(
    reading: PanelReading,
    where: PatternMap,
    consensus: Consensus,
    scored: NDArray[np.int64] | None,
    regions: int,
) -> FusedItem:
    decision, ballots = consensus.decision, consensus.ballots
    lengths = np.diff(where.ends, prepend=np.uint32(0)).astype(np.int64)
    uncertainty = decision.uncertainty[where.of_stretch]
    disputed = ballots.contested[where.of_stretch]
    tie = decision.tie[where.of_stretch]

    def pixels(chosen: NDArray[np.bool_]) -> int:
        return int(lengths[chosen].sum())

    return FusedItem(
        reading.key,
        "fused",
        where.height,
        where.width,
        sum(found is not None for found in reading.maps),
        pixels(disputed & (uncertainty >= consensus.plan.contested_from)),
        pixels(disputed),
        pixels(tie == BY_SKILL),
        pixels(tie == LEFT_OPEN),
        pixels(ballots.voters[where.of_stretch] == 0),
        float(lengths @ uncertainty) / where.height / where.width,
        regions,
        float("nan") if scored is None else float(mean_iou(scored[-1])),
    )


def _against_reference(
    key: str,
    fused: LabelMap,
    reading: PanelReading,
    reference: Delivery | None,
    ontology: Ontology,
) -> tuple[NDArray[np.int64] | None, tuple[tuple[str, Finding], ...]]:
    """Count every annotator, and the fused map last, against the reference."""
    if reference is None:
        return None, ()
    nothing = np.zeros((1 + len(reading.maps), len(ontology.classes), 3), np.int64)
    if key not in reference.key_set:
        return nothing, ()
    found = reference.read(key)
    findings = tuple((reference.name, finding) for finding in found.findings)
    truth = found.label_map
    if truth is None or truth.shape != fused.shape:
        if truth is not None:
            findings += ((reference.name, _wrong_size(key, truth, fused)),)
        return nothing, findings
    for place, candidate in enumerate((*reading.maps, fused)):
        if candidate is not None:
            nothing[place] = count_confusion(truth, candidate, ontology).overlap
    return nothing, findings


def _wrong_size(key: str, truth: LabelMap, fused: LabelMap) -> Finding:
    return Finding(
        "wrong-size",
        Severity.ERROR,
        key,
        f"The reference has {truth.height}×{truth.width} px, the annotators' maps "
        f"{fused.height}×{fused.width} px; the image is not scored.",
        "Export both at the pixel size of the image.",
    )


@dataclass
class _Kept:
    """What is kept of every image while its maps pass through."""

    items: list[FusedItem] = field(default_factory=list)
    lost: list[tuple[str, Finding]] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    with_others: list[NDArray[np.int64]] = field(default_factory=list)
    with_fused: list[NDArray[np.int64]] = field(default_factory=list)
    with_reference: list[NDArray[np.int64]] = field(default_factory=list)
    regions: list[ContestedRegion] = field(default_factory=list)
    digest: str = ""

    def take(
        self, results: Iterator[tuple[str, _Painted | Lost]], most_regions: int
    ) -> Iterator[FusedMap]:
        """Yield the maps, and keep the rest."""
        digest = hashlib.sha256(b"assay delivery 1\0")
        for key, result in results:
            if isinstance(result, Lost):
                self.lost.append((key, too_costly(key, result)))
                continue
            digest.update(f"{key}\0{result.labels.digest}\0".encode("utf-8", "surrogateescape"))
            self.items.append(result.item)
            self.findings.extend(result.findings)
            self.with_others.append(result.with_others)
            self.with_fused.append(result.with_fused)
            if result.with_reference is not None:
                self.with_reference.append(result.with_reference)
            self.regions = worst_first([*self.regions, *result.regions])[:most_regions]
            yield FusedMap(key, result.labels, result.uncertainty)
        self.digest = digest.hexdigest()


def _report(
    panel: Panel,
    consensus: Consensus,
    counted: _Counted,
    kept: _Kept,
    reference: Delivery | None,
    photographs: Photographs | None,
    workers: int,
) -> FusionReport:
    by_key: Mapping[str, FusedItem] = {item.key: item for item in kept.items}
    confidence, ontology = consensus.plan.confidence, panel.ontology

    def score(counts: list[NDArray[np.int64]], place: int) -> Score:
        return _score([one[place] for one in counts], ontology, confidence)

    findings = [*counted.findings, *(("", finding) for _, finding in kept.lost), *kept.findings]
    for delivery in panel.deliveries if reference is None else (*panel.deliveries, reference):
        findings.extend((delivery.name, finding) for finding in delivery.findings)
    return FusionReport(
        ontology=ontology,
        plan=consensus.plan,
        method=consensus.method,
        neighbours=consensus.neighbours,
        rounds=consensus.opinion.rounds,
        settled=consensus.opinion.settled,
        patterns=len(consensus.patterns.counts),
        priors=tuple(
            (int(index), float(share))
            for index, share in zip(consensus.ballots.symbols, consensus.opinion.prior, strict=True)
        ),
        items=tuple(by_key.get(key, FusedItem(key, "unreadable")) for key in panel.keys),
        annotators=tuple(
            AnnotatorResult(
                name,
                counted.images[place],
                skill_of(consensus, place),
                score(kept.with_others, place),
                score(kept.with_fused, place),
                None if reference is None else score(kept.with_reference, place),
            )
            for place, name in enumerate(panel.names)
        ),
        regions=tuple(kept.regions),
        exhibits=_exhibits(panel, consensus, kept.regions[:SHOWN], photographs, workers),
        reference="" if reference is None else reference.name,
        score=None if reference is None else score(kept.with_reference, -1),
        warnings=consensus.findings,
        findings=tuple(findings),
        digest=kept.digest,
        version=assay.__version__,
    )


def _score(counts: list[NDArray[np.int64]], ontology: Ontology, confidence: float) -> Score:
    seen = [one for one in counts if one.any()]
    if not seen:
        return Score(float("nan"))
    found = estimate_score(METRICS.get("mean_iou"), np.stack(seen), ontology, confidence=confidence)
    return Score(float(found.value), float(found.low), float(found.high))


def _exhibits(
    panel: Panel,
    consensus: Consensus,
    regions: Sequence[ContestedRegion],
    photographs: Photographs | None,
    workers: int,
) -> tuple[ContestedExhibit, ...]:
    numbers = [str(number) for number in range(len(regions))]
    task = partial(_exhibit, panel, consensus, tuple(regions), photographs)
    shown = [made for _, made in walk(numbers, task, workers=workers)]
    return tuple(made for made in shown if isinstance(made, ContestedExhibit))


def _exhibit(
    panel: Panel,
    consensus: Consensus,
    regions: Sequence[ContestedRegion],
    photographs: Photographs | None,
    number: str,
) -> ContestedExhibit:
    found = regions[int(number)]
    reading = panel.read(found.item)
    where = consensus.locate(reading.votes)
    top, bottom = _around(found.region.top, found.region.bottom, where.height)
    left, right = _around(found.region.left, found.region.right, where.width)

    def cut(whole: LabelMap) -> LabelMap:
        return window(whole, top=top, left=left, bottom=bottom, right=right)

    image = None if photographs is None else photographs(found.item)
    if image is not None:
        image = _cut_image(image, (top, left, bottom, right), (where.height, where.width))
    return ContestedExhibit(
        found,
        top,
        left,
        cut(consensus.paint(where)),
        cut(consensus.paint_uncertainty(where)),
        tuple(None if one is None else cut(one) for one in reading.maps),
        image,
    )


def _around(start: int, stop: int, side: int) -> tuple[int, int]:
    """Return a stretch with a margin, not too short, within 0 to ``side``."""
    margin = max(_MARGIN, (_LEAST_SIDE - (stop - start)) // 2)
    return max(0, start - margin), min(side, stop + margin)


def _cut_image(
    image: NDArray[np.uint8], box: tuple[int, int, int, int], shape: tuple[int, int]
) -> NDArray[np.uint8]:
    """Cut a photograph that may be shown smaller than the labels are."""
    down, across = image.shape[0] / shape[0], image.shape[1] / shape[1]
    top, left, bottom, right = box
    rows = slice(int(top * down), max(int(top * down) + 1, round(bottom * down)))
    columns = slice(int(left * across), max(int(left * across) + 1, round(right * across)))
    return np.ascontiguousarray(image[rows, columns])
