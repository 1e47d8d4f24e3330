"""Examine whether work was done: read everybody's maps in workers, then compare facts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

import numpy as np

import assay
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Region, Severity
from assay.errors import ParameterError
from assay.honesty.case import Case, ItemFacts
from assay.honesty.deciding import Plan, examine
from assay.honesty.observing import Work, observe
from assay.honesty.report import Flag, HonestyReport, SharedShape
from assay.honesty.shared_outlines import REFERENCE
from assay.honesty.spec import Sighting
from assay.labels import LabelMap, Ontology, Shape
from assay.labels.windows import window

#: Surroundings of a region in a picture: a share of its larger side, and pixels at least.
_MARGIN_SHARE, _MARGIN_PX = 0.35, 6
#: Faults of files that are kept for each annotator.
_MOST_FINDINGS = 50


@dataclass(frozen=True)
class Books:
    """What is known besides the maps.

    Parameters
    ----------
    reference
        Labels that are right.
    preannotation
        Drafts that the annotators were given.
    earlier
        For each annotator, earlier deliveries, oldest first; empty for none at all.
    gold
        Items of the reference that are gold, or None.
    seeds
        Errors put into drafts, by item.
    minutes, billed_vertices
        What was claimed, by annotator and item.
    """

    reference: Delivery | None = None
    preannotation: Delivery | None = None
    earlier: tuple[tuple[Delivery, ...], ...] = ()
    gold: frozenset[str] | None = None
    seeds: Mapping[str, tuple[Region, ...]] = field(default_factory=lambda: MappingProxyType({}))
    minutes: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: MappingProxyType({}))
    billed_vertices: Mapping[str, Mapping[str, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """All deliveries among them."""
        single = (self.reference, self.preannotation)
        further = (delivery for deliveries in self.earlier for delivery in deliveries)
        return (*(entry for entry in single if entry is not None), *further)


_NOTHING = Books()


def examine_honesty(
    name: str,
    deliveries: Sequence[Delivery],
    plan: Plan = Plan(),  # noqa: B008 - a frozen value
    *,
    books: Books = _NOTHING,
    workers: int = 0,
    progress: Progress = silent,
) -> HonestyReport:
    """Look for signs of work that was not done.

    Only digests and numbers leave the workers, some kilobytes an image; memory grows by those.

    Parameters
    ----------
    name
        What is examined, for the report.
    deliveries
        One per annotator, opened with one ontology, each with its own name.
    plan
        Level and settings.
    books
        What is known besides: reference, drafts, earlier deliveries, bills.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    HonestyReport
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    ParameterError
        When there is no delivery, two share a name or are called ``reference``, the deliveries
        were opened with different ontologies, or a bill names nobody.
    """
    _check(deliveries, books)
    ontology = deliveries[0].ontology
    warm_formats((*deliveries, *books.deliveries), ontology)
    _warm(ontology)
    given = [*deliveries, *(entry for earlier in books.earlier for entry in earlier)]
    keys = sorted(set().union(*(delivery.key_set for delivery in given)))
    findings = {delivery.name: list(delivery.findings) for delivery in deliveries}
    items: list[ItemFacts] = []
    task = partial(_observe, tuple(deliveries), books)
    for key, result in walk(keys, task, workers=workers, progress=progress):
        if isinstance(result, Lost):
            for delivery in deliveries:
                if key in delivery.key_set:
                    findings[delivery.name].append(too_costly(key, result))
            continue
        facts, faults = result
        items.append(facts)
        for who, finding in faults:
            findings[who].append(finding)
    case = _case(deliveries, books, items)
    checks, flags = examine(case, plan)
    return HonestyReport(
        name,
        case.annotators,
        {who: len(case.done_by(place)) for place, who in enumerate(case.annotators)},
        plan.level,
        ontology,
        checks,
        _illustrated(flags, deliveries, books, workers),
        tuple((who, entry) for who, found in findings.items() for entry in found[:_MOST_FINDINGS]),
        assay.__version__,
    )


def _check(deliveries: Sequence[Delivery], books: Books) -> None:
    if not deliveries:
        raise ParameterError("There is nobody's work to examine. Give one delivery or more.")
    names = [delivery.name for delivery in deliveries]
    repeated = [name for name, often in Counter(names).items() if often > 1]
    if repeated or REFERENCE in names:
        which = repeated[0] if repeated else REFERENCE
        raise ParameterError(f"The name {which!r} is taken. Give each annotator its own name.")
    for delivery in (*deliveries, *books.deliveries):
        if delivery.ontology != deliveries[0].ontology:
            raise ParameterError(
                f"{delivery.name!r} and {names[0]!r} were opened with different ontologies. "
                "Open all with one."
            )
    for what, bills in (("times", books.minutes), ("vertices", books.billed_vertices)):
        strangers = sorted(set(bills) - set(names))
        if strangers:
            raise ParameterError(
                f"The table of {what} names {strangers[0]!r}, who is no annotator here. "
                f"Annotators: {', '.join(names)}."
            )


def _case(deliveries: Sequence[Delivery], books: Books, items: Sequence[ItemFacts]) -> Case:
    return Case(
        tuple(delivery.name for delivery in deliveries),
        tuple(items),
        books.reference is not None,
        books.gold,
        books.minutes,
        books.billed_vertices,
        tuple(tuple(entry.name for entry in earlier) for earlier in books.earlier),
    )


def _warm(ontology: Ontology) -> None:
    """Load the kernels of observing before workers are forked."""
    dense = np.ones((24, 24), np.uint16)
    dense[4:18, 5:19] = 0
    dense[8, 8:20] = 1
    tiny = LabelMap.from_dense(dense)
    ring = np.array([[0, 0], [4, 0], [9, 0], [9, 9], [0, 9]], np.float64)
    shape = Shape("", "", 1, (ring,), ())
    observe(Work("", (tiny, tiny), ((shape,), None), tiny, tiny), ontology)


def _observe(
    deliveries: tuple[Delivery, ...], books: Books, key: str
) -> tuple[ItemFacts, tuple[tuple[str, Finding], ...]]:
    """Read everybody's map of an image, and keep its facts."""
    readings = [entry.read(key) if key in entry.key_set else None for entry in deliveries]
    maps = [None if reading is None else reading.label_map for reading in readings]
    shapes = Counter(found.shape for found in maps if found is not None)
    shape = shapes.most_common(1)[0][0] if shapes else (0, 0)
    findings: list[tuple[str, Finding]] = []
    for place, (delivery, reading) in enumerate(zip(deliveries, readings, strict=True)):
        if reading is None:
            continue
        found = maps[place]
        if found is None:
            findings += [(delivery.name, finding) for finding in reading.findings]
        elif found.shape != shape:
            findings.append((delivery.name, _wrong_size(key, found.shape, shape)))
            maps[place] = None
    work = Work(
        key,
        tuple(maps),
        tuple(None if reading is None else reading.shapes for reading in readings),
        _of_size(books.reference, key, shape),
        _of_size(books.preannotation, key, shape),
        books.seeds.get(key, ()),
        tuple(tuple(_digest(entry, key) for entry in earlier) for earlier in books.earlier),
    )
    return observe(work, deliveries[0].ontology), tuple(findings)


def _of_size(delivery: Delivery | None, key: str, shape: tuple[int, int]) -> LabelMap | None:
    """Return the map of an item, or None where there is none of the size of the others."""
    if delivery is None or key not in delivery.key_set:
        return None
    found = delivery.read(key).label_map
    return found if found is not None and found.shape == shape else None


def _digest(delivery: Delivery, key: str) -> str:
    found = delivery.read(key).label_map if key in delivery.key_set else None
    return "" if found is None else found.digest


def _wrong_size(key: str, shape: tuple[int, int], expected: tuple[int, int]) -> Finding:
    return Finding(
        "wrong-size",
        Severity.ERROR,
        key,
        f"The label map has {shape[0]}×{shape[1]} px, those of the other annotators "
        f"{expected[0]}×{expected[1]} px; it is left out.",
        "Export the label map again at the pixel size of the image.",
    )


def _illustrated(
    flags: Sequence[Flag], deliveries: Sequence[Delivery], books: Books, workers: int
) -> tuple[Flag, ...]:
    """Return the flags with pictures of the regions that they point at."""
    owners = {delivery.name: delivery for delivery in deliveries}
    if books.reference is not None:
        owners[REFERENCE] = books.reference
    pairs = [pair for flag in flags for pair in flag.measurement.sightings]
    numbers = [str(number) for number in range(len(pairs))]
    task = partial(_cut_out, owners, tuple(pairs))
    cut = {
        int(number): result
        for number, result in walk(numbers, task, workers=workers)
        if isinstance(result, SharedShape)
    }
    shown: list[Flag] = []
    before = 0
    for flag in flags:
        stop = before + len(flag.measurement.sightings)
        shapes = tuple(cut[number] for number in range(before, stop) if number in cut)
        shown.append(replace(flag, shapes=shapes))
        before = stop
    return tuple(shown)


def _cut_out(
    owners: Mapping[str, Delivery], pairs: tuple[tuple[Sighting, Sighting], ...], number: str
) -> SharedShape | None:
    first, second = pairs[int(number)]
    maps = [_surroundings(owners[entry.owner], entry) for entry in (first, second)]
    if maps[0] is None or maps[1] is None:
        return None
    return SharedShape(first, second, maps[0], maps[1])


def _surroundings(delivery: Delivery, sighting: Sighting) -> LabelMap | None:
    found = delivery.read(sighting.key).label_map
    if found is None:
        return None
    top, left, bottom, right = sighting.box
    margin = max(_MARGIN_PX, round(_MARGIN_SHARE * max(bottom - top, right - left)))
    return window(
        found,
        top=max(0, top - margin),
        left=max(0, left - margin),
        bottom=min(found.height, bottom + margin),
        right=min(found.width, right + margin),
    )
