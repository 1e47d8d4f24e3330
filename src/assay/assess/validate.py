"""Validate one delivery: run rules over every item in workers, then over all items together."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

import assay
from assay.assess.tally import Tally
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Reading
from assay.errors import ParameterError
from assay.formats import FORMATS
from assay.labels import LabelMap
from assay.validation.batch import Batch
from assay.validation.history import History
from assay.validation.plan import ValidationPlan
from assay.validation.report import FaultyItem, ItemResult, ValidationReport
from assay.validation.running import (
    CheckedItem,
    Task,
    check_item,
    compare_items,
    findings_in_example,
    summarise_item,
)
from assay.validation.spec import BatchRule, ItemRule, Need
from assay.validation.subject import Subject


class Images(Protocol):
    """Photographs of items; picklable."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all photographs, sorted."""

    def name(self, key: str) -> str | None:
        """Return the path of an item's photograph, with extension, or None."""

    def size(self, key: str) -> tuple[int, int] | None:
        """Return height and width of an item's photograph, or None where there is none."""

    def __call__(self, key: str) -> NDArray[np.uint8] | None:
        """Return the photograph of an item, shape (height, width, 3), or None."""


@dataclass(frozen=True)
class Surroundings:
    """What is known besides the delivery; a rule whose need is not here is not run.

    Parameters
    ----------
    images
        Photographs of the items.
    expected
        Keys of the images that should be labelled; by default those of the photographs.
    preannotation
        Drafts that the annotators were given.
    previous
        Earlier deliveries.
    history
        Class shares of earlier images of the project, or a delivery of such images.
    """

    images: Images | None = None
    expected: tuple[str, ...] | None = None
    preannotation: Delivery | None = None
    previous: tuple[Delivery, ...] = ()
    history: History | Delivery | None = None

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """All deliveries among them."""
        single = (self.preannotation, self.history)
        return (*self.previous, *(entry for entry in single if isinstance(entry, Delivery)))

    @property
    def expected_keys(self) -> tuple[str, ...] | None:
        """Keys of the images that should be labelled, or None where nobody said."""
        if self.expected is not None or self.images is None:
            return self.expected
        return self.images.keys

    def needs(self, delivery: Delivery) -> frozenset[Need]:
        """Return which needs of rules are given."""
        keeping = {entry.name for entry in FORMATS if entry.keeps_shapes}
        given = {
            Need.PHOTOGRAPH: self.images is not None,
            Need.SHAPES: delivery.format in keeping,
            Need.PREANNOTATION: self.preannotation is not None,
            Need.EXPECTED: self.expected_keys is not None,
            Need.PREVIOUS: bool(self.previous),
            Need.HISTORY: self.history is not None,
        }
        return frozenset(need for need, is_given in given.items() if is_given)


_ALONE = Surroundings()


def validate(
    delivery: Delivery,
    plan: ValidationPlan = ValidationPlan(),  # noqa: B008 - a frozen value
    *,
    surroundings: Surroundings = _ALONE,
    workers: int = 0,
    progress: Progress = silent,
) -> ValidationReport:
    """Look for faults that need no reference: rules over every item, and over all together.

    Memory does not grow with the number of items, but for a few hundred bytes of counts, what
    rules across items keep, and at most ``plan.most_findings`` findings of each rule.

    Parameters
    ----------
    delivery
        What is looked at.
    plan
        Which rules, with which settings.
    surroundings
        What is known besides: photographs, expected items, drafts, earlier deliveries.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    ValidationReport
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    ParameterError
        When a rule asked for by name lacks what it needs, or deliveries were opened with
        different ontologies.
    """
    _check_ontologies(delivery, surroundings)
    given = surroundings.needs(delivery)
    tasks = plan.tasks(given)
    warm_formats((delivery, *surroundings.deliveries), delivery.ontology)
    _warm_rules(tasks)
    tally = Tally(plan.most_findings)
    for finding in delivery.findings:
        tally.add([finding], {finding.rule: 1})
    walker = _Walker(delivery, surroundings, tasks, workers)
    batch = walker.surrounded()
    # Rules refuse what was given to them, such as too short a history, before the long work.
    for _ in compare_items(batch, tasks):
        pass
    seen = walker.check(tally, progress)
    for name, faults in compare_items(replace(batch, summaries=seen.summaries), tasks):
        for finding in map(faults.say, range(min(faults.count, plan.most_findings))):
            tally.add([finding], {name: 1}, finding.item)
        if faults.count > plan.most_findings:
            tally.add([], {name: faults.count - plan.most_findings})
    items = tally.items()
    return ValidationReport(
        delivery=delivery.name,
        format=delivery.format,
        ontology=delivery.ontology,
        plan=plan,
        settings={task.rule.name: asdict(task.parameters) for task in tasks},
        skipped=plan.skipped(given),
        rules=tally.rules(),
        items=items,
        findings=tally.findings(),
        worst=walker.look_at(worst_items(items)[: plan.worst], tally.findings()),
        history=History.of(delivery.ontology, seen.pixels),
        digest=seen.digest,
        version=assay.__version__,
    )


def worst_items(items: Sequence[ItemResult]) -> list[str]:
    """Return the keys of readable items in which something is to be mended, worst first.

    Errors count most, then how many rules were broken, then how many faults there are.
    """
    faulty = [item for item in items if item.readable and not item.clean]
    faulty.sort(key=lambda item: (-item.errors, -len(item.counts), -item.faults, item.key))
    return [item.key for item in faulty]


@dataclass(frozen=True)
class _Inspection:
    """What checking one item gave; small, because it travels between processes."""

    checked: CheckedItem
    digest: str
    pixels: NDArray[np.int64] | None
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class _Seen:
    """What is kept of all items."""

    summaries: Mapping[str, Mapping[str, Any]]
    pixels: Sequence[NDArray[np.int64]]
    digest: str


@dataclass(frozen=True)
class _Walker:
    """Goes through deliveries in workers."""

    delivery: Delivery
    surroundings: Surroundings
    tasks: tuple[Task, ...]
    workers: int

    def check(self, tally: Tally, progress: Progress) -> _Seen:
        """Check every item and count what was found."""
        summaries: dict[str, Mapping[str, Any]] = {}
        pixels: list[NDArray[np.int64]] = []
        digest = hashlib.sha256(b"assay delivery 1\0")
        task = partial(_inspect, self.delivery, self.surroundings, self.tasks)
        for key, result in walk(self.delivery.keys, task, workers=self.workers, progress=progress):
            seen = _unread((too_costly(key, result),)) if isinstance(result, Lost) else result
            digest.update(f"{key}\0{seen.digest}\0".encode("utf-8", "surrogateescape"))
            tally.expect(key, readable=seen.pixels is not None, size=seen.size)
            tally.add(seen.checked.findings, seen.checked.counts, key)
            if seen.pixels is not None:
                summaries[key] = seen.checked.summaries
                pixels.append(seen.pixels)
        return _Seen(summaries, pixels, digest.hexdigest())

    def surrounded(self) -> Batch[Mapping[str, Any]]:
        """Return what rules across items see, without summaries of the items themselves."""
        return Batch(
            self.delivery.name,
            self.delivery.ontology,
            self.delivery.keys,
            {},
            {other.name: self._summaries_of(other) for other in self.surroundings.previous},
            self.surroundings.expected_keys,
            self._history(),
        )

    def _summaries_of(self, other: Delivery) -> dict[str, Mapping[str, Any]]:
        """Return what rules that look at earlier deliveries keep of such items."""
        tasks = tuple(task for task in self.tasks if task.rule.needs == Need.PREVIOUS)
        if not tasks:
            return {}
        found = walk(other.keys, partial(_summarise, other, tasks), workers=self.workers)
        return {key: kept for key, kept in found if not isinstance(kept, Lost) and kept}

    def _history(self) -> History | None:
        """Return the history, counted where a delivery was given for it."""
        given = self.surroundings.history
        if not isinstance(given, Delivery):
            return given
        found = walk(given.keys, partial(_count_pixels, given), workers=self.workers)
        kept = [counts for _, counts in found if isinstance(counts, np.ndarray)]
        return History.of(given.ontology, kept)

    def look_at(self, keys: Sequence[str], findings: Sequence[Finding]) -> tuple[FaultyItem, ...]:
        """Read items again to show them with all that was found in them."""
        task = partial(_exhibit, self.delivery, self.surroundings, self.tasks)
        # Rules across items spoke after the items were read.
        alone = {entry.rule.name for entry in self.tasks if isinstance(entry.rule, BatchRule)}
        shown = []
        for key, item in walk(keys, task, workers=self.workers):
            if isinstance(item, FaultyItem):
                further = (f for f in findings if f.item == key and f.rule in alone)
                shown.append(replace(item, findings=(*item.findings, *further)))
        return tuple(shown)


# Tasks are partial functions and not closures, so that they also reach workers that are spawned.


def _inspect(
    delivery: Delivery, surroundings: Surroundings, tasks: Sequence[Task], key: str
) -> _Inspection:
    reading = delivery.read(key)
    if reading.label_map is None:
        return _unread(reading.findings)
    checked = check_item(_subject(delivery, surroundings, key, reading), tasks)
    return _Inspection(
        _with_findings_of(reading, checked, tasks),
        reading.label_map.digest,
        _pixels(reading.label_map, delivery),
        reading.label_map.shape,
    )


def _exhibit(
    delivery: Delivery, surroundings: Surroundings, tasks: Sequence[Task], key: str
) -> FaultyItem | None:
    reading = delivery.read(key)
    if reading.label_map is None:
        return None
    checked = check_item(_subject(delivery, surroundings, key, reading), tasks)
    photograph = None if surroundings.images is None else surroundings.images(key)
    findings = _with_findings_of(reading, checked, tasks).findings
    return FaultyItem(key, reading.label_map, findings, photograph)


def _summarise(delivery: Delivery, tasks: Sequence[Task], key: str) -> Mapping[str, Any]:
    reading = delivery.read(key)
    if reading.label_map is None:
        return {}
    return summarise_item(_subject(delivery, _ALONE, key, reading), tasks)


def _count_pixels(delivery: Delivery, key: str) -> NDArray[np.int64] | None:
    label_map = delivery.read(key).label_map
    return None if label_map is None else _pixels(label_map, delivery)


def _pixels(label_map: LabelMap, delivery: Delivery) -> NDArray[np.int64]:
    ontology = delivery.ontology
    return label_map.counts(ontology.size)[1 : ontology.first_void].copy()


def _subject(delivery: Delivery, surroundings: Surroundings, key: str, reading: Reading) -> Subject:
    assert reading.label_map is not None  # noqa: S101 - the callers have looked
    images, drafts = surroundings.images, surroundings.preannotation
    return Subject(
        key,
        reading.label_map,
        delivery.ontology,
        reading.shapes,
        read_photograph=lambda: None if images is None else images(key),
        read_preannotation=lambda: (
            drafts.read(key).label_map if drafts is not None and key in drafts.key_set else None
        ),
        read_image_size=lambda: None if images is None else images.size(key),
    )


def _with_findings_of(reading: Reading, checked: CheckedItem, tasks: Sequence[Task]) -> CheckedItem:
    rules = [task.rule for task in tasks]
    known = {name for rule in rules if isinstance(rule, ItemRule) for name in rule.supersedes}
    read = [finding for finding in reading.findings if finding.rule not in known]
    return CheckedItem(
        (*read, *checked.findings),
        {**_by_rule(read), **checked.counts},
        checked.summaries,
    )


def _unread(findings: tuple[Finding, ...]) -> _Inspection:
    return _Inspection(CheckedItem(findings, _by_rule(findings), {}), "", None)


def _by_rule(findings: Sequence[Finding]) -> dict[str, int]:
    return dict(Counter(finding.rule for finding in findings))


def _check_ontologies(delivery: Delivery, surroundings: Surroundings) -> None:
    for other in surroundings.deliveries:
        if other.ontology != delivery.ontology:
            raise ParameterError(
                f"{other.name!r} and {delivery.name!r} were opened with different ontologies. "
                "Open both with one."
            )


def _warm_rules(tasks: Sequence[Task]) -> None:
    """Load the kernels of every rule by running it on its own faulty example."""
    for task in tasks:
        findings_in_example(task.rule, task.rule.faulty)
