"""Which mistakes are made again and again, and by whom: the front door."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import assay
from assay.assess.exhibits import Photographs
from assay.assess.inspect import read_candidate
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.attribution.attribute import Work, attribute
from assay.attribution.mistake import ItemMistakes, Mistake, count_mistakes, mistake_mask
from assay.attribution.report import Instance, SystematicError, SystematicReport
from assay.attribution.settings import AttributionSettings
from assay.delivery import NOBODY_KNOWN, Delivery, Finding, Region, WorkTable
from assay.errors import ParameterError
from assay.labels import LabelMap, find_regions, window
from assay.metrics import Pair

#: Pixels around a mistake that an example shows, and the longest side of its window.
_MARGIN, _LONGEST = 24, 320


@dataclass(frozen=True, eq=False)
class _Looked:
    """What one image gave: each vendor's mistakes, and the faults of files."""

    mistakes: tuple[ItemMistakes | None, ...]
    findings: tuple[tuple[str, Finding], ...]


def find_systematic(
    deliveries: Sequence[Delivery],
    reference: Delivery,
    settings: AttributionSettings = AttributionSettings(),  # noqa: B008 - a frozen value
    *,
    annotators: WorkTable = NOBODY_KNOWN,
    further_reference: Delivery | None = None,
    photographs: Photographs | None = None,
    workers: int = 0,
    progress: Progress = silent,
) -> SystematicReport:
    """Say which mistakes are shared by vendors, which are one vendor's, and which one annotator's.

    Parameters
    ----------
    deliveries
        One per vendor, of the same images, opened with the reference's ontology.  One is enough
        where its annotators are known.
    reference
        What is right.
    settings
        Every choice.
    annotators
        Who labelled what.
    further_reference
        Labels of the same images by another expert.  What experts do to each other is no mistake of
        anybody: the floor of each mistake is raised to it.
    photographs
        Gives the photograph of an item for the examples, or None.
    workers
        Number of processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    SystematicReport
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    ParameterError
        When there is no delivery or no reference item, names repeat, ontologies differ, or there
        is one delivery without annotators to tell apart.
    """
    _check(deliveries, reference, annotators, further_reference)
    experts = () if further_reference is None else (further_reference,)
    warm_formats((reference, *deliveries, *experts), reference.ontology)
    looked = list(_look((*deliveries, *experts), reference, workers, progress))
    names = tuple(delivery.name for delivery in deliveries)
    who = tuple(_people(annotators, name, reference.keys) for name in names)
    work = Work(
        names,
        [entry.mistakes[: len(names)] for entry in looked],
        who,
        [entry.mistakes[-1] for entry in looked] if experts else (),
    )
    errors, tests = attribute(work, reference.ontology, settings)
    shown = _with_examples(errors, work, deliveries, reference, photographs, settings, workers)
    return SystematicReport(
        names,
        tuple(
            (n, p) for n, people in zip(names, who, strict=True) for p in sorted({*people} - {""})
        ),
        reference.name,
        "" if further_reference is None else further_reference.name,
        reference.ontology,
        settings,
        shown,
        tests,
        len(reference.keys),
        MappingProxyType(
            {
                name: sum(entry.mistakes[place] is None for entry in looked)
                for place, name in enumerate(names)
            }
        ),
        (
            *((reference.name, finding) for finding in reference.findings),
            *((d.name, finding) for d in (*deliveries, *experts) for finding in d.findings),
            *(found for entry in looked for found in entry.findings),
        ),
        assay.__version__,
    )


def _check(
    deliveries: Sequence[Delivery],
    reference: Delivery,
    annotators: WorkTable,
    further_reference: Delivery | None,
) -> None:
    if not reference.keys:
        raise ParameterError(
            f"The reference {reference.name!r} holds no items, so nothing can be compared. "
            "Check the path and the format."
        )
    repeated = [name for name, n in Counter(d.name for d in deliveries).items() if n > 1]
    if not deliveries or repeated:
        raise ParameterError(
            f"Two deliveries are called {repeated[0]!r}. Give each its own name."
            if repeated
            else "There is no delivery. Give one per vendor."
        )
    for delivery in (*deliveries, further_reference or reference):
        if delivery.ontology != reference.ontology:
            raise ParameterError(
                f"{delivery.name!r} and the reference were opened with different ontologies. "
                "Open both with one."
            )
    if len(deliveries) == 1:
        people = {*_people(annotators, deliveries[0].name, reference.keys)} - {""}
        if len(people) < 2:
            raise ParameterError(
                "With one delivery and one annotator nothing can be told apart. Give a second "
                "delivery of the same images, or a table of annotators."
            )


def _people(annotators: WorkTable, delivery: str, items: Sequence[str]) -> tuple[str, ...]:
    """Return who labelled each item of a delivery; ``""`` where the table does not say."""
    return tuple(annotators.annotator(delivery, item) for item in items)


def _look(
    deliveries: Sequence[Delivery], reference: Delivery, workers: int, progress: Progress
) -> Iterator[_Looked]:
    task = partial(_look_at, tuple(deliveries), reference)
    for key, result in walk(reference.keys, task, workers=workers, progress=progress):
        if isinstance(result, Lost):
            nothing = (None,) * len(deliveries)
            yield _Looked(nothing, ((reference.name, too_costly(key, result)),))
        else:
            yield result


def _look_at(deliveries: tuple[Delivery, ...], reference: Delivery, key: str) -> _Looked:
    truth = reference.read(key)
    findings = [(reference.name, finding) for finding in truth.findings]
    if truth.label_map is None:
        return _Looked((None,) * len(deliveries), tuple(findings))
    mistakes: list[ItemMistakes | None] = []
    for delivery in deliveries:
        reading, _ = read_candidate(key, delivery, truth.label_map)
        findings.extend((delivery.name, finding) for finding in reading.findings)
        mistakes.append(
            None
            if reading.label_map is None
            else count_mistakes(Pair(truth.label_map, reading.label_map, reference.ontology))
        )
    return _Looked(tuple(mistakes), tuple(findings))


@dataclass(frozen=True)
class _Place:
    """Where an example is to be cut out."""

    error: int
    vendor: int
    item: str
    mistake: Mistake
    pixels: int


def _with_examples(
    errors: Sequence[SystematicError],
    work: Work,
    deliveries: Sequence[Delivery],
    reference: Delivery,
    photographs: Photographs | None,
    settings: AttributionSettings,
    workers: int,
) -> tuple[SystematicError, ...]:
    places = [
        place
        for number, error in enumerate(errors)
        if error.causes
        for place in _worst_places(number, error, work, reference.keys, settings.examples)
    ]
    task = partial(
        _cut_out, tuple(places), tuple(deliveries), reference, photographs, work.annotators
    )
    cut = [
        result
        for _, result in walk([str(number) for number in range(len(places))], task, workers=workers)
    ]
    found: dict[int, list[Instance]] = {}
    for place, result in zip(places, cut, strict=True):
        if isinstance(result, Instance):
            found.setdefault(place.error, []).append(result)
    return tuple(
        replace(error, instances=tuple(found.get(number, ())))
        for number, error in enumerate(errors)
    )


def _worst_places(
    number: int, error: SystematicError, work: Work, items: Sequence[str], most: int
) -> list[_Place]:
    """Return where those who are named did most of it: one place of each before a second of any."""
    named = [
        [
            (entry.pixels.get(error.mistake, 0), image)
            for image, entries in enumerate(work.mistakes)
            if (entry := entries[vendor]) is not None
            and entry.pixels.get(error.mistake, 0)
            and any(
                cause.vendor in ("", name)
                and cause.annotator in ("", work.annotators[vendor][image])
                for cause in error.causes
            )
        ]
        for vendor, name in enumerate(work.vendors)
    ]
    ranked = [
        (turn, -pixels, vendor, image)
        for vendor, column in enumerate(named)
        for turn, (pixels, image) in enumerate(sorted(column, key=lambda e: (-e[0], e[1]))[:most])
    ]
    return [
        _Place(number, vendor, items[image], error.mistake, -pixels)
        for _, pixels, vendor, image in sorted(ranked)[:most]
    ]


def _cut_out(
    places: tuple[_Place, ...],
    deliveries: tuple[Delivery, ...],
    reference: Delivery,
    photographs: Photographs | None,
    annotators: Sequence[Sequence[str]],
    number: str,
) -> Instance | None:
    place = places[int(number)]
    delivery = deliveries[place.vendor]
    truth, given = reference.read(place.item).label_map, delivery.read(place.item).label_map
    if truth is None or given is None:
        return None
    mask = mistake_mask(Pair(truth, given, reference.ontology), place.mistake)
    region = _largest(mask)
    view = _around(region, mask)
    photograph = None if photographs is None else photographs(place.item)
    if photograph is not None and photograph.shape[:2] != truth.shape:
        photograph = None
    return Instance(
        delivery.name,
        annotators[place.vendor][reference.keys.index(place.item)],
        place.item,
        region,
        place.pixels,
        _window(truth, view),
        _window(given, view),
        _window(mask, view),
        None
        if photograph is None
        else photograph[view.top : view.bottom, view.left : view.right].copy(),
    )


def _window(label_map: LabelMap, view: Region) -> LabelMap:
    return window(label_map, top=view.top, left=view.left, bottom=view.bottom, right=view.right)


def _largest(mask: LabelMap) -> Region:
    """Return the box of the largest connected piece of a mask."""
    regions = find_regions(mask)
    areas = regions.area * (regions.value == 1)
    best = int(areas.argmax())
    edges = (regions.top, regions.left, regions.bottom, regions.right)
    return Region(*(int(edge[best]) for edge in edges))


def _around(region: Region, mask: LabelMap) -> Region:
    """Return a window around a region, within the image and not too large to look at."""
    height = min(region.bottom - region.top + 2 * _MARGIN, _LONGEST, mask.height)
    width = min(region.right - region.left + 2 * _MARGIN, _LONGEST, mask.width)
    middle_row, middle_column = (region.top + region.bottom) // 2, (region.left + region.right) // 2
    top = min(max(middle_row - height // 2, 0), mask.height - height)
    left = min(max(middle_column - width // 2, 0), mask.width - width)
    return Region(top, left, top + height, left + width)
