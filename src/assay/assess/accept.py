"""Judge a batch by looking at as few of its images as the evidence allows."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import assay
from assay.assess.looking import WORTHLESS, looks_by_reference, looks_by_verdict
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Severity
from assay.errors import ParameterError
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
from assay.sampling.fixed_size import FixedSizeParameters
from assay.sampling.iso2859 import Iso2859Parameters, lot_plan
from assay.sampling.order import looking_order
from assay.sampling.plan import Verdict
from assay.sampling.sentences import sentence_of
from assay.sampling.terms import AcceptTerms


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
    missing = _missing_items(batch, reference, tiers)
    warm_formats((batch,), batch.ontology)
    scans = _scan_all(batch, workers, progress)
    digest = _digest(scans)
    usable = [scan.key for scan in scans if scan.digest]
    looks, faults = (
        looks_by_verdict(verdicts or {}, batch, terms)
        if reference is None
        else looks_by_reference(reference, batch, usable, terms, workers, progress)
    )
    weights = {key: terms.tier_weights.get(tiers.get(key, ""), 1.0) for key in usable}
    order = looking_order(usable, seed=terms.seed, digest=digest, weights=weights)
    lost = (*missing, *(scan.key for scan in scans if not scan.digest))
    items = Batch(order, looks, dict.fromkeys(lost, WORTHLESS), tiers)
    judged = judge(items, terms, curves=curves)
    name, size = terms.name or batch.name, len(order) + len(lost)
    return AcceptanceReport(
        name=name,
        format=batch.format,
        terms=terms,
        verdict=judged.verdict,
        sentence=sentence_of(name, judged, size),
        claims=judged.claims,
        items=tuple(_items(items, judged)),
        known=tuple(sorted(lost)),
        following=judged.following,
        size=size,
        tiers=_tiers_of((*order, *lost), tiers, terms),
        batch_digest=digest,
        findings=(
            *batch.findings,
            *(_missing(key) for key in missing),
            *(finding for scan in scans for finding in scan.findings),
            *faults,
            *_findings_of_looking(items, judged),
            *(finding for claim in judged.claims for finding in _findings_of_plan(claim)),
        ),
        version=assay.__version__,
    )


def _missing_items(
    batch: Delivery, reference: Delivery | None, tiers: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what was ordered and not delivered."""
    ordered = set(tiers) | (set() if reference is None else set(reference.keys))
    missing = tuple(sorted(ordered - batch.key_set))
    if not batch.keys and not missing:
        raise ParameterError(
            f"The batch {batch.name!r} holds no items, so nothing can be accepted. Check the path "
            "and the format."
        )
    return missing


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


def _items(batch: Batch, judged: Judgement) -> Iterator[LookedItem]:
    for place, key in enumerate(batch.order, 1):
        if key in batch.looks:
            tier, look = batch.tiers.get(key, ""), batch.looks[key]
            yield LookedItem(key, tier, place, look, key in judged.counted)


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


def _findings_of_looking(batch: Batch, judged: Judgement) -> Iterator[Finding]:
    early = [key for key in batch.order[judged.gap :] if key in batch.looks]
    if early:
        yield Finding(
            "looked-out-of-order",
            Severity.WARNING,
            "",
            f"{len(early)} images, {early[0]!r} first, were looked at before their turn; they do "
            f"not count yet. The next one to look at is {batch.order[judged.gap]!r}.",
            "Look at images in the order that the seed and the batch give; whoever picks images "
            "can make any batch pass.",
        )


def _findings_of_plan(result: ClaimResult) -> Iterator[Finding]:
    parameters = result.claim.parameters
    if isinstance(parameters, FixedSizeParameters) and 0 < parameters.spread < result.spread:
        yield Finding(
            "spread-above-terms",
            Severity.WARNING,
            "",
            f"Scores of the images looked at have a standard deviation of {result.spread:.3f}; the "
            f"terms take {parameters.spread:g} for granted, on which the plan's risks rest.",
            "Use the sequential plan, which takes nothing for granted, or a larger spread.",
        )
    if isinstance(parameters, Iso2859Parameters) and result.verdict is Verdict.ACCEPT:
        faulty = int((result.values < 0.5).sum())
        allowed = lot_plan(max(result.size, 2), **asdict(parameters)).accept
        if faulty > allowed:
            yield Finding(
                "back-to-normal-inspection",
                Severity.INFO,
                "",
                f"{faulty} images of the sample are faulty, more than the acceptance number "
                f"{allowed} and fewer than the rejection number: the batch passes.",
                "Inspect the next batch normally.",
            )
