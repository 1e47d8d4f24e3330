"""Judge one delivery: inspect every item in workers, sum up, show the worst."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import assay
from assay.assess.exhibits import Photographs, make_exhibit
from assay.assess.inspect import (
    Inspection,
    inspect_item,
    inspect_nothing,
    inspect_without,
)
from assay.assess.summary import summarise
from assay.assess.walk import Progress, crew_of, silent, too_costly, walk
from assay.assess.warming import warm
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Severity
from assay.errors import ParameterError
from assay.report import Exhibit, ItemScores, Plan, Report, Score


def assess(
    candidate: Delivery,
    reference: Delivery,
    plan: Plan = Plan(),  # noqa: B008 - a frozen value
    *,
    strata: Mapping[str, str] | None = None,
    photographs: Photographs | None = None,
    further_references: Sequence[Delivery] = (),
    workers: int = 0,
    progress: Progress = silent,
) -> Report:
    """Judge a delivery against reference labels of the same images.

    Items are matched by key.  An item that is missing, unreadable or of another size counts as
    wholly unlabelled and is an error finding, so that a vendor gains nothing by leaving hard
    images out.  Memory does not grow with the number of images, but for about 3 kB of counts an
    image at 19 classes.

    Parameters
    ----------
    candidate, reference
        Deliveries opened with one ontology.
    plan
        What is measured and how sure intervals are.
    strata
        Group of each item, for scores by group.
    photographs
        Gives the photograph of an item for the gallery, or None.
    further_references
        Labels of the same images by other experts: their scores against the reference are the
        human ceiling.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    Report
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    ParameterError
        When the reference has no items, or the deliveries were opened with different ontologies.
    """
    _check(candidate, reference, further_references)
    deliveries = (candidate, *further_references)
    total = len(reference.keys) * len(deliveries)
    crew = crew_of(workers)
    warm((reference, *deliveries), plan, reference.ontology)

    def advance(done: int) -> None:
        progress(done, total)

    inspections, *further = (
        _inspect_all(delivery, reference, plan, crew, advance, before=place * len(reference))
        for place, delivery in enumerate(deliveries)
    )
    summary = summarise(reference, inspections, plan, strata or {})
    worst = [item.key for item in worst_items(summary.items)[: plan.worst]]
    return Report(
        candidate=candidate.name,
        reference=reference.name,
        ontology=reference.ontology,
        plan=plan,
        items=summary.items,
        confusion=summary.confusion,
        scores=summary.scores,
        classes=summary.classes,
        anatomy=summary.anatomy,
        findings=(
            *(finding for finding in reference.findings),
            *candidate.findings,
            *_extra_items(candidate, reference),
            *(finding for inspection in inspections for finding in inspection.findings),
        ),
        strata=summary.strata,
        exhibits=_exhibits(worst, candidate, reference, photographs, crew),
        ceiling=_ceiling(further_references, reference, further, plan),
        reference_digest=_digest(reference.keys, (i.reference_digest for i in inspections)),
        candidate_digest=_digest(reference.keys, (i.candidate_digest for i in inspections)),
        version=assay.__version__,
    )


def _check(candidate: Delivery, reference: Delivery, further: Sequence[Delivery]) -> None:
    if not reference.keys:
        raise ParameterError(
            f"The reference {reference.name!r} holds no items, so nothing can be judged. "
            "Check the path and the format."
        )
    for delivery in (candidate, *further):
        if delivery.ontology != reference.ontology:
            raise ParameterError(
                f"{delivery.name!r} and the reference were opened with different ontologies. "
                "Open both with one."
            )


def _inspect_all(
    candidate: Delivery,
    reference: Delivery,
    plan: Plan,
    workers: int,
    advance: Callable[[int], None],
    *,
    before: int,
) -> list[Inspection]:
    keys = reference.keys
    found: dict[str, Inspection] = {}
    lost: list[Finding] = []
    task = partial(_inspect_key, candidate, reference, plan)
    for key, result in walk(
        keys, task, workers=workers, progress=lambda done, _: advance(before + done)
    ):
        if isinstance(result, Lost):
            lost.append(too_costly(key, result))
        else:
            found[key] = result
    found |= _inspect_lost(lost, reference, plan)
    return [found[key] for key in keys]


# Tasks are partial functions and not closures, so that they also reach workers that are spawned.


def _inspect_key(candidate: Delivery, reference: Delivery, plan: Plan, key: str) -> Inspection:
    return inspect_item(key, candidate, reference, plan)


def _inspect_lost_key(
    findings: Mapping[str, Finding], reference: Delivery, plan: Plan, key: str
) -> Inspection:
    return inspect_without(key, findings[key], reference, plan)


def _exhibit_key(
    candidate: Delivery, reference: Delivery, photographs: Photographs | None, key: str
) -> Exhibit | None:
    return make_exhibit(key, candidate, reference, photographs)


def _inspect_lost(
    lost: Sequence[Finding], reference: Delivery, plan: Plan
) -> dict[str, Inspection]:
    """Judge items that broke a worker as if they were missing, so that they gain nothing."""
    findings = {finding.item: finding for finding in lost}
    task = partial(_inspect_lost_key, findings, reference, plan)
    return {
        key: inspect_nothing(findings[key], reference, plan) if isinstance(result, Lost) else result
        for key, result in walk(list(findings), task, workers=1)
    }


def _extra_items(candidate: Delivery, reference: Delivery) -> Iterable[Finding]:
    for key in candidate.keys:
        if key not in reference.key_set:
            yield Finding(
                "extra-item",
                Severity.WARNING,
                key,
                "The reference has no such image; the item is not scored.",
                "If it was renamed, give it the name of its image.",
            )


def worst_items(items: Sequence[ItemScores]) -> list[ItemScores]:
    """Return the items worth a look, those with the largest wrong share first.

    An item that was not delivered shows nothing but its absence: the first one stands for all.
    """
    wrong = [item for item in items if item.scores["pixel_accuracy"] < 1]
    wrong.sort(key=lambda item: (item.scores["pixel_accuracy"], item.key))
    lost = [item for item in wrong if item.status != "scored"]
    return [item for item in wrong if item.status == "scored" or item is lost[0]]


def _exhibits(
    keys: Sequence[str],
    candidate: Delivery,
    reference: Delivery,
    photographs: Photographs | None,
    workers: int,
) -> tuple[Exhibit, ...]:
    task = partial(_exhibit_key, candidate, reference, photographs)
    shown = (result for _, result in walk(keys, task, workers=workers))
    return tuple(exhibit for exhibit in shown if isinstance(exhibit, Exhibit))


def _ceiling(
    further: Sequence[Delivery],
    reference: Delivery,
    inspections: Sequence[Sequence[Inspection]],
    plan: Plan,
) -> Mapping[str, Mapping[str, Score]]:
    return MappingProxyType(
        {
            delivery.name: summarise(reference, found, plan, {}).scores
            for delivery, found in zip(further, inspections, strict=True)
        }
    )


def _digest(keys: Iterable[str], digests: Iterable[str]) -> str:
    content = hashlib.sha256(b"assay delivery 1\0")
    for key, digest in zip(keys, digests, strict=True):
        content.update(f"{key}\0{digest}\0".encode("utf-8", "surrogateescape"))
    return content.hexdigest()
