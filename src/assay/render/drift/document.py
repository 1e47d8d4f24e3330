"""A production watched, as a JSON document."""

from assay.drift.chart import Point
from assay.drift.production import Batch
from assay.drift.report import Chart, Contribution, DriftReport, VendorWatch
from assay.render.document import Document, finding_document, number, score_document

DRIFT_SCHEMA = "assay.drift/1"


def drift_document(report: DriftReport) -> Document:
    """Return a report as plain values, ready for :func:`assay.render.document.dump`."""
    production = report.production
    return {
        "schema": DRIFT_SCHEMA,
        "name": production.name,
        "metric": production.metric,
        "higher_is_better": production.higher_is_better,
        "baseline_batches": report.baseline_batches,
        "run_length": number(report.run_length),
        "vendors": [_vendor(watch) for watch in report.vendors],
        "findings": [finding_document(finding) for finding in report.findings],
        "seed": report.seed,
        "assay_version": report.version,
    }


def _vendor(watch: VendorWatch) -> Document:
    found = watch.diagnosis
    power = watch.sensitivity
    return {
        "name": watch.vendor,
        "state": found.state,
        "sentence": found.sentence,
        "signal": _name(watch, found.signal),
        "since": _name(watch, found.since),
        "raw": score_document(found.raw),
        "adjusted": score_document(found.adjusted),
        "explained_by_images": number(found.explained),
        "other_vendors": score_document(found.peers),
        "annotators": [_contribution(entry) for entry in found.contributions],
        "images": {
            "signal": _name(watch, watch.look.signal),
            "since": _name(watch, watch.look.since),
            "leading": list(watch.look.leading),
            "evidence": [
                {"batch": _name(watch, place), "evidence": number(value)}
                for place, value in watch.look.evidence
            ],
        },
        "sensitivity": None
        if power is None
        else {
            "deviation": number(power.deviation),
            "images": power.images,
            "batches_to_find_3_points": number(power.batches_to_find),
            "fall_found_in_3_batches": number(power.fall_in_three),
        },
        "batches": [_batch(batch) for batch in watch.batches],
        "charts": [_chart(watch, chart) for chart in watch.charts],
    }


def _batch(batch: Batch) -> Document:
    return {
        "name": batch.name,
        "date": batch.date.isoformat(),
        "items": batch.items,
        "gold": len(batch.images),
        "lost": batch.lost,
    }


def _contribution(entry: Contribution) -> Document:
    return {
        "name": entry.annotator,
        "share": number(entry.share),
        "change": score_document(entry.change),
        "part": number(entry.part),
        "newcomer": entry.newcomer,
        "fell": entry.fell,
    }


def _chart(watch: VendorWatch, chart: Chart) -> Document:
    track = chart.track
    return {
        "kind": chart.kind,
        "name": chart.name,
        "unit": chart.unit,
        "run_length": number(chart.run_length),
        "signal": _name(watch, track.signal),
        "since": _name(watch, track.since),
        "change": score_document(chart.change),
        "overdispersed": track.overdispersed,
        "points": [_point(watch, point) for point in track.points],
    }


def _point(watch: VendorWatch, point: Point) -> Document:
    return {
        "batch": watch.batches[point.batch].name,
        "images": point.images,
        "mean": number(point.mean),
        "expected": number(point.expected),
        "error": number(point.error),
        "surprise": number(point.surprise),
        "evidence": number(point.evidence),
        "watched": point.watched,
    }


def _name(watch: VendorWatch, place: int | None) -> str | None:
    return None if place is None else watch.batches[place].name
