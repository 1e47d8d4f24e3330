"""What looking at the images of a batch found: by a reference, or by reviewers' verdicts."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from assay.assess.inspect import Inspection, inspect_item
from assay.assess.walk import Progress, too_costly, walk
from assay.assess.warming import warm
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Severity
from assay.errors import ParameterError
from assay.labels import Ontology
from assay.metrics import Metric
from assay.metrics.registry import METRICS
from assay.report import Plan
from assay.sampling.acceptance import Look
from assay.sampling.terms import AcceptTerms

#: What an image is worth that cannot be used: nothing, and it is an error as severe as any.
WORTHLESS = Look(0.0, 1)


def looks_by_reference(
    reference: Delivery,
    batch: Delivery,
    usable: Sequence[str],
    terms: AcceptTerms,
    workers: int,
    progress: Progress,
) -> tuple[dict[str, Look], list[Finding]]:
    """Score every usable image that the reference has, and count its severe errors.

    Parameters
    ----------
    reference
        Right labels.
    batch
        What was delivered.
    usable
        Items of the batch that can be read.
    terms
        By which metric, and whose severe errors count.
    workers, progress
        As for :func:`assay.assess.accept.accept`.

    Returns
    -------
    Looks by item, and the faults that were found on the way.

    Raises
    ------
    ParameterError
        When the ontologies differ, or the metric or a class is not there.
    """
    if reference.ontology != batch.ontology:
        raise ParameterError(
            f"{batch.name!r} and the reference were opened with different ontologies. Open both "
            "with one."
        )
    metric = _metric_of(terms.score)
    classes = _class_places(terms.severe_classes, batch.ontology)
    plan = Plan(measures=tuple(dict.fromkeys(("overlap", metric.measure, "severe"))))
    warm((reference, batch), plan, batch.ontology)
    shown = [key for key in usable if key in reference.key_set]
    task = partial(inspect_item, candidate=batch, reference=reference, plan=plan)
    looks: dict[str, Look] = {}
    findings: list[Finding] = [*reference.findings]
    for key, found in walk(shown, task, workers=workers, progress=progress):
        if isinstance(found, Lost):
            looks[key] = WORTHLESS
            findings.append(too_costly(key, found))
            continue
        # What reading the candidate found was said when the batch was scanned.
        findings.extend(f for f in found.findings if f.message.startswith("In the reference: "))
        findings.extend(f for f in found.findings if f.rule == "wrong-size")
        if found.status != "reference_unreadable":
            looks[key] = _look(found, metric, classes, batch.ontology)
            findings.extend(_nothing_to_score(key, found, metric, batch.ontology))
    return looks, findings


def _look(found: Inspection, metric: Metric, classes: Sequence[int], ontology: Ontology) -> Look:
    if found.status != "scored":
        return WORTHLESS
    severe = int(found.counts["severe"][classes, 1:3].sum())
    score = float(metric.score(found.counts[metric.measure], ontology))
    if math.isnan(score):
        # Nothing could be wrong where the reference decides nothing.
        return Look(1.0, severe)
    return Look(score if metric.higher_is_better else 1 - score, severe)


def _nothing_to_score(
    key: str, found: Inspection, metric: Metric, ontology: Ontology
) -> Iterator[Finding]:
    score = float(metric.score(found.counts[metric.measure], ontology))
    if found.status == "scored" and math.isnan(score):
        yield Finding(
            "nothing-to-score",
            Severity.INFO,
            key,
            f"The reference leaves nothing to be scored by {metric.name}; the image counts as "
            "right.",
            "Nothing to mend.",
        )


def _metric_of(name: str) -> Metric:
    metric = METRICS.get(name)
    if metric.level != "overall" or not metric.share:
        raise ParameterError(
            f"score is {name!r}, which is no single share for an image. Give an overall metric "
            "such as weighted_iou, mean_iou or mean_boundary_iou."
        )
    return metric


def _class_places(names: Sequence[str], ontology: Ontology) -> list[int]:
    for name in names:
        if name not in ontology.names:
            raise ParameterError(
                f"[severe] names the class {name!r}; the ontology has {', '.join(ontology.names)}."
            )
    return [place for place, name in enumerate(ontology.names) if not names or name in names]


def looks_by_verdict(
    verdicts: Mapping[str, Look], batch: Delivery, terms: AcceptTerms
) -> tuple[dict[str, Look], list[Finding]]:
    """Keep the verdicts on items of the batch; say which have none."""
    wants_score = any(
        claim.subject == "score" or (claim.subject == "faulty" and terms.score_below > 0)
        for claim in terms.claims
    )
    wants_severe = any(claim.subject != "score" for claim in terms.claims)
    for look in verdicts.values():
        if wants_score and math.isnan(look.score):
            raise ParameterError("The terms are about scores; add a column score to the verdicts.")
        if wants_severe and look.severe is None:
            raise ParameterError(
                "The terms are about severe errors; add a column severe_errors to the verdicts."
            )
    strangers = sorted(set(verdicts) - batch.key_set)
    findings = [
        Finding(
            "verdict-without-item",
            Severity.WARNING,
            key,
            "There is a verdict on an image that the batch does not have; it does not count.",
            "Name items as in the delivery: path without extension.",
        )
        for key in strangers
    ]
    return {key: look for key, look in verdicts.items() if key in batch.key_set}, findings
