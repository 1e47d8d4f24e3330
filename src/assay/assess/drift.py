"""Watching a production: every gold image of every batch is read once, then charted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

import assay
from assay.assess.exhibits import Photographs
from assay.assess.inspect import Inspection, inspect_item, inspect_without
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm
from assay.assess.workers import Lost
from assay.delivery import NOBODY_KNOWN, Delivery, Finding, WorkTable
from assay.drift.looks import Content, Look, content_of, look_of
from assay.drift.production import Batch, GoldImage, Production
from assay.drift.report import DriftReport
from assay.drift.terms import BatchTerms
from assay.drift.watch import watch
from assay.errors import ParameterError
from assay.metrics import Metric
from assay.metrics.overlap import iou
from assay.metrics.registry import METRICS
from assay.report import Plan


@dataclass(frozen=True)
class DatedDelivery:
    """One batch as it lies on disk.

    Parameters
    ----------
    terms
        Who delivered it when.
    delivery
        What was delivered.
    reference
        Gold labels; the batch's gold images are those of its items that have some.
    """

    terms: BatchTerms
    delivery: Delivery
    reference: Delivery


def watch_production(
    name: str,
    deliveries: Sequence[DatedDelivery],
    *,
    metric: str = "mean_iou",
    baseline_batches: int = 8,
    run_length: float = 200.0,
    strata: Mapping[str, str] | None = None,
    work: WorkTable = NOBODY_KNOWN,
    photographs: Photographs | None = None,
    workers: int = 0,
    seed: int = 20260101,
    progress: Progress = silent,
) -> DriftReport:
    """Chart quality over time, and tell people who changed from images that changed.

    Parameters
    ----------
    name
        Name of the production.
    deliveries
        Batches in order of time, opened with one ontology; at least one.
    metric
        Overall metric that is charted.
    baseline_batches
        How many first batches of each vendor say what is normal.
    run_length
        Batches between false alarms, in the mean, over all quality charts of the report; image
        charts have as many for themselves.
    strata
        Group of each item.
    work
        Who labelled what; where it names batches, a gold image that a batch lacks is counted as
        missing.
    photographs
        Gives the photograph of an item.
    workers
        Number of worker processes, 0 for one per processor.
    seed
        Of the simulation of what could be found.
    progress
        Called as ``progress(done, total)``.

    Raises
    ------
    ParameterError
        When there is no batch, no such metric, or the deliveries have different ontologies.
    """
    spec = overall_metric(metric)
    _check(deliveries)
    plan = Plan(measures=tuple(dict.fromkeys(("overlap", spec.measure))))
    ontology = deliveries[0].delivery.ontology
    warm([d for dated in deliveries for d in (dated.delivery, dated.reference)], plan, ontology)
    jobs = {
        f"{place}\0{key}": (place, key)
        for place, dated in enumerate(deliveries)
        for key in _gold_keys(dated, work)
    }
    task = partial(_look_at, tuple(deliveries), jobs, plan, photographs)
    images: list[list[GoldImage]] = [[] for _ in deliveries]
    findings: list[list[Finding]] = [[*dated.delivery.findings] for dated in deliveries]
    for job, found in walk(list(jobs), task, workers=workers, progress=progress):
        place, key = jobs[job]
        seen = _without(deliveries[place], key, found, plan) if isinstance(found, Lost) else found
        findings[place].extend(seen.inspection.findings)
        batch = deliveries[place].terms.name
        image = _gold_image(key, seen, spec, deliveries[place].delivery)
        if image is not None:
            images[place].append(
                _named(image, work.annotator(batch, key), (strata or {}).get(key, ""))
            )
    production = Production(
        name,
        tuple(
            Batch(
                dated.terms.name,
                dated.terms.vendor,
                dated.terms.date,
                tuple(images[place]),
                len(dated.delivery),
                tuple(findings[place]),
            )
            for place, dated in enumerate(deliveries)
        ),
        ontology.names,
        metric,
        spec.higher_is_better,
        MappingProxyType({label.name: label.color for label in ontology.classes}),
    )
    references = dict.fromkeys(f for dated in deliveries for f in dated.reference.findings)
    return DriftReport(
        production,
        baseline_batches,
        run_length,
        watch(production, baseline_batches=baseline_batches, run_length=run_length, seed=seed),
        (*references, *(finding for batch in production.batches for finding in batch.findings)),
        seed,
        assay.__version__,
    )


def overall_metric(name: str) -> Metric:
    """Return a metric that scores an image as a whole.

    Raises
    ------
    ParameterError
        When it scores classes; UnknownNameError when there is none of that name.
    """
    found = METRICS.get(name)
    if found.level != "overall":
        overall = ", ".join(entry.name for entry in METRICS if entry.level == "overall")
        raise ParameterError(f"{name} scores classes one by one. Chart one of {overall}.")
    return found


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a worker found out about one gold image; small, because it travels."""

    inspection: Inspection
    content: Content | None
    look: Look | None


def _look_at(
    deliveries: Sequence[DatedDelivery],
    jobs: Mapping[str, tuple[int, str]],
    plan: Plan,
    photographs: Photographs | None,
    job: str,
) -> _Seen:
    place, key = jobs[job]
    dated = deliveries[place]
    inspection = inspect_item(key, dated.delivery, dated.reference, plan)
    return _Seen(inspection, *_appearance(dated, key, photographs))


def _appearance(
    dated: DatedDelivery, key: str, photographs: Photographs | None
) -> tuple[Content | None, Look | None]:
    truth = dated.reference.read(key).label_map
    if truth is None:
        return None, None
    pixels = None if photographs is None else photographs(key)
    content = content_of(truth, dated.reference.ontology)
    return content, None if pixels is None else look_of(pixels)


def _without(dated: DatedDelivery, key: str, lost: Lost, plan: Plan) -> _Seen:
    """Judge an item that broke its worker as missing; the buyer's reference is read here."""
    inspection = inspect_without(key, too_costly(key, lost), dated.reference, plan)
    return _Seen(inspection, *_appearance(dated, key, None))


def _gold_keys(dated: DatedDelivery, work: WorkTable) -> list[str]:
    """Return the gold images of a batch: delivered ones, and those that it should hold."""
    due = dated.delivery.key_set | work.items(dated.terms.name)
    return [key for key in dated.reference.keys if key in due]


def _gold_image(key: str, seen: _Seen, spec: Metric, delivery: Delivery) -> GoldImage | None:
    """Return an image's numbers, or None where its reference cannot be scored."""
    counts = seen.inspection.counts
    score = float(spec.score(counts[spec.measure], delivery.ontology))
    if seen.content is None or np.isnan(score):
        return None
    overlap = counts["overlap"]
    scores = iou(overlap)
    return GoldImage(
        key,
        score,
        {
            name: float(scores[place])
            for place, name in enumerate(delivery.ontology.names)
            if overlap[place, 1]
        },
        seen.content,
        seen.inspection.status == "scored",
        look=seen.look,
    )


def _named(image: GoldImage, annotator: str, stratum: str) -> GoldImage:
    return GoldImage(
        image.item, image.score, image.class_scores, image.content, image.drawn,
        annotator, stratum, image.look,
    )  # fmt: skip


def _check(deliveries: Sequence[DatedDelivery]) -> None:
    if not deliveries:
        raise ParameterError("There is no batch to watch. Give at least one delivery.")
    first = deliveries[0].delivery.ontology
    for dated in deliveries:
        if dated.delivery.ontology != first or dated.reference.ontology != first:
            raise ParameterError(
                f"{dated.terms.name} and its reference were opened with different ontologies. "
                "Open all with one."
            )
