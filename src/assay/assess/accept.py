"""Judge a batch by looking at as few of its images as the evidence allows."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import assay
from assay.assess.inspect import Inspection, inspect_item
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm, warm_formats
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Severity
from assay.errors import ParameterError
from assay.labels import Ontology
from assay.metrics import Metric
from assay.metrics.registry import METRICS
from assay.report import Plan
from assay.sampling.acceptance import (
    AcceptanceReport,
    Batch,
    ClaimResult,
    Judgement,
    Look,
    LookedItem,
    Tier,
    judge,
)
from assay.sampling.order import looking_order
from assay.sampling.plan import Verdict
from assay.sampling.terms import AcceptTerms

#: What an image is worth that cannot be used: nothing, and it is an error as severe as any.
_WORTHLESS = Look(0.0, 1)


def accept(
    batch: Delivery,
    terms: AcceptTerms,
    *,
    verdicts: Mapping[str, Look] | None = None,
    reference: Delivery | None = None,
    tiers: Mapping[str, str] | None = None,
    curves: bool = False,
    workers: int = 0,
    progress: Progress = silent,
) -> AcceptanceReport:
    """Say whether a batch is accepted, rejected, or which image to look at next.

    Every item is read, because its content fixes the order of looking; items that are missing or
    unreadable are worth nothing and need no look.  Of the images with a verdict those count that
    were reached in order.

    Parameters
    ----------
    batch
        The delivery.
    terms
        What was agreed on.
    verdicts
        What reviewers found, by item.  Without verdicts and reference nothing was looked at yet.
    reference
        Right labels of some images; those are the images looked at.  An item that it has and the
        batch has not is missing.
    tiers
        Tier of each item; an item named here and not delivered is missing.
    curves
        Whether operating characteristics are simulated, which takes seconds.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    AcceptanceReport
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    ParameterError
        When nothing was delivered nor ordered, the terms ask for what the verdicts lack, or name a
        metric or class that is not there.
    """
    if verdicts is not None and reference is not None:
        raise ParameterError("Give verdicts or a reference, not both: who is right?")
    tiers = tiers or {}
    ordered = set(tiers) | (set() if reference is None else set(reference.keys))
    missing = tuple(sorted(ordered - batch.key_set))
    if not batch.keys and not missing:
        raise ParameterError(
            f"The batch {batch.name!r} holds no items, so nothing can be accepted. Check the path "
            "and the format."
        )
    warm_formats((batch,), batch.ontology)
    scans = _scan_all(batch, workers, progress)
    digest = _digest(scans)
    known = dict.fromkeys(missing, _WORTHLESS) | {
        scan.key: _WORTHLESS for scan in scans if not scan.digest
    }
    usable = [scan.key for scan in scans if scan.digest]
    weights = {key: terms.tier_weights.get(tiers.get(key, ""), 1.0) for key in usable}
    order = looking_order(usable, seed=terms.seed, digest=digest, weights=weights)
    looks, faults = (
        _looks_of(reference, batch, usable, terms, workers, progress)
        if reference is not None
        else _checked(verdicts or {}, batch, terms)
    )
    judged = judge(Batch(order, looks, known, tiers), terms, curves=curves)
    name = terms.name or batch.name
    size = len(order) + len(known)
    return AcceptanceReport(
        name=name,
        format=batch.format,
        terms=terms,
        verdict=judged.verdict,
        sentence=_sentence(name, judged, size),
        claims=judged.claims,
        items=tuple(_items(order, looks, tiers, judged)),
        known=tuple(sorted(known)),
        following=judged.following,
        size=size,
        tiers=_tiers_of((*order, *known), tiers, terms),
        batch_digest=digest,
        findings=(
            *batch.findings,
            *(_missing(key) for key in missing),
            *(finding for scan in scans for finding in scan.findings),
            *faults,
            *_findings_of_looking(order, looks, judged),
            *(finding for claim in judged.claims for finding in _broken_assumption(claim)),
        ),
        version=assay.__version__,
    )


@dataclass(frozen=True)
class _Scan:
    """One item read: its digest, ``""`` where it cannot be used, and its faults."""

    key: str
    digest: str
    findings: tuple[Finding, ...]


def _scan(batch: Delivery, key: str) -> _Scan:
    reading = batch.read(key)
    digest = "" if reading.label_map is None else reading.label_map.digest
    return _Scan(key, digest, reading.findings)


def _scan_all(batch: Delivery, workers: int, progress: Progress) -> list[_Scan]:
    task = partial(_scan, batch)
    return [
        _Scan(key, "", (too_costly(key, found),)) if isinstance(found, Lost) else found
        for key, found in walk(batch.keys, task, workers=workers, progress=progress)
    ]


def _digest(scans: Iterable[_Scan]) -> str:
    content = hashlib.sha256(b"assay delivery 1\0")
    for scan in scans:
        content.update(f"{scan.key}\0{scan.digest}\0".encode("utf-8", "surrogateescape"))
    return content.hexdigest()


def _looks_of(
    reference: Delivery,
    batch: Delivery,
    usable: Sequence[str],
    terms: AcceptTerms,
    workers: int,
    progress: Progress,
) -> tuple[dict[str, Look], list[Finding]]:
    """Look at every usable image that the reference has."""
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
            looks[key] = _WORTHLESS
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
        return _WORTHLESS
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


def _checked(
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


def _items(
    order: Sequence[str], looks: Mapping[str, Look], tiers: Mapping[str, str], judged: Judgement
) -> Iterator[LookedItem]:
    for place, key in enumerate(order, 1):
        if key in looks:
            yield LookedItem(key, tiers.get(key, ""), place, looks[key], key in judged.counted)


def _tiers_of(
    keys: Sequence[str], tiers: Mapping[str, str], terms: AcceptTerms
) -> tuple[Tier, ...]:
    named = [tiers.get(key, "") for key in keys]
    names = sorted({*named, *terms.tier_weights} - {""}) if tiers or terms.tier_weights else []
    return tuple(Tier(name, named.count(name), terms.tier_weights.get(name, 1.0)) for name in names)


def _missing(key: str) -> Finding:
    return Finding(
        "missing-item",
        Severity.ERROR,
        key,
        "The delivery has no labels for this image; it counts as wholly wrong.",
        f"Deliver {key}, named as it was ordered.",
    )


def _findings_of_looking(
    order: Sequence[str], looks: Mapping[str, Look], judged: Judgement
) -> Iterator[Finding]:
    early = [key for key in order[judged.gap :] if key in looks]
    if early:
        yield Finding(
            "looked-out-of-order",
            Severity.WARNING,
            "",
            f"{len(early)} images, {early[0]!r} first, were looked at before their turn; they do "
            f"not count yet. The next one to look at is {order[judged.gap]!r}.",
            "Look at images in the order that the seed and the batch give; whoever picks images "
            "can make any batch pass.",
        )


def _broken_assumption(claim: ClaimResult) -> Iterator[Finding]:
    assumed = getattr(claim.claim.parameters, "spread", 0.0)
    if assumed and claim.spread > assumed:
        yield Finding(
            "spread-above-terms",
            Severity.WARNING,
            "",
            f"Scores of the images looked at have a standard deviation of {claim.spread:.3f}; the "
            f"terms take {assumed:g} for granted, on which the plan's risks rest.",
            "Use the sequential plan, which takes nothing for granted, or a larger spread.",
        )


def _sentence(name: str, judged: Judgement, size: int) -> str:
    looked = f"{len(judged.counted):,} of {size:,} images looked at"
    if judged.verdict is Verdict.UNDECIDED:
        return f"Look at one more image of {name}: {judged.following[0]}. So far {looked}."
    wanted = judged.verdict
    reasons = [reason_of(claim) for claim in judged.claims if claim.verdict is wanted]
    return f"{wanted.value.capitalize()} {name}: {' and '.join(reasons)}, with {looked}."


def reason_of(claim: ClaimResult) -> str:
    """Say in words what a decided claim shows."""
    where = f" in tier {claim.claim.tier}" if claim.claim.tier else ""
    accepted = claim.verdict is Verdict.ACCEPT
    if claim.claim.subject == "score":
        if claim.exact:
            return f"its mean score{where} is {claim.estimate:.3f}"
        limit = claim.promise.bad if accepted else claim.promise.good
        return f"its mean score{where} is {'above' if accepted else 'below'} {limit:.3g}"
    what = {"severe": "with a severe error", "faulty": "that are faulty"}[claim.claim.subject]
    if claim.exact:
        return f"its share of images {what} is {1 - claim.estimate:.1%}".replace("%", "\xa0%")
    share = 1 - (claim.promise.bad if accepted else claim.promise.good)
    side = "below" if accepted else "above"
    return f"its share of images {what} is {side} {100 * share:.3g}\xa0%"
