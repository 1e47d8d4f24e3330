"""A report of agreement as one page: how far, who stands apart, where and over what."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assay.delivery import Finding
from assay.metrics.agreement_statistics import STATISTICS
from assay.metrics.distance import DISTANCES
from assay.render.agreement.dendrogram import dendrogram_of
from assay.render.agreement.mixups import mixup_table, tone_of, worst_mixups
from assay.render.agreement.sentences import RELIABLE, support_of, verdict_of
from assay.render.agreement.wording import interval_of, value_of
from assay.render.page import fill
from assay.render.plots import Curve, Dots, LinePlot, Rule
from assay.render.scale import Scale, fit_scale, fit_share_scale
from assay.report import Score
from assay.report.agreement import AgreementReport, ItemAgreement

#: More images than this are drawn as a line without dots.
_MOST_DOTS = 200


def agreement_page(report: AgreementReport) -> str:
    """Return a report as one HTML page.

    Parameters
    ----------
    report
        What comparing annotators found.

    Returns
    -------
    The page as text, to be written as UTF-8; equal reports give equal text.
    """
    return fill(
        "agreement.html.jinja",
        report=report,
        findings_of=_findings(report),
        ranked=rank_items(report.items),
        shares=[name for name in report.scores if not STATISTICS.get(name).unit],
        **_SUBJECT,
    )


def rank_items(items: Iterable[ItemAgreement]) -> tuple[ItemAgreement, ...]:
    """Sort images by the IoU of two annotators, least agreed first; those without come last."""

    def order(item: ItemAgreement) -> tuple[bool, float, str]:
        value = item.scores.get("pairwise_iou", math.nan)
        return math.isnan(value), 0.0 if math.isnan(value) else value, item.key

    return tuple(sorted(items, key=order))


def plot_items(ranked: Sequence[ItemAgreement], report: AgreementReport) -> LinePlot:
    """Return the plot of images from the least to the most agreed on."""
    known = [item for item in ranked if item.scores]
    points = tuple((n, item.scores["pairwise_iou"]) for n, item in enumerate(known, 1))
    mean = report.scores["pairwise_iou"].value
    return LinePlot(
        "Some images are agreed on less than others",
        "Images, least agreed first",
        "Mean IoU of two annotators",
        curves=(Curve(points),),
        dots=()
        if len(points) > _MOST_DOTS
        else (Dots(points, titles=tuple(item.key for item in known)),),
        rules=(Rule(mean),) if not math.isnan(mean) else (),
        note="Dashed: all images together. An image far below the others is a case for the "
        "guideline or for a third opinion.",
        y_within=(0.0, 1.0),
        height_rem=12.0,
    )


def _findings(report: AgreementReport) -> list[Finding]:
    """Return findings whose messages say whose labels they are about."""
    return [
        replace(finding, message=f"{name}: {finding.message}") if name else finding
        for name, finding in report.findings
    ]


def _scale_of(scores: Sequence[Score], *further: float) -> Scale:
    marks = [mark for score in scores for mark in (score.value, score.low, score.high)]
    return fit_share_scale([*marks, *further])


def _scale_of_standing(report: AgreementReport) -> Scale:
    marks = [(e.standing.value, e.standing.low, e.standing.high) for e in report.annotators]
    return fit_scale([mark for triple in marks for mark in triple], include=(0.0,))


def _much(value: float, lowest: float) -> float:
    """Return how much colour a similarity gets: none for the lowest of the table."""
    return 0.15 + 0.85 * (value - lowest) / (1 - lowest) if lowest < 1 else 1.0


def _lowest(report: AgreementReport) -> float:
    values = [pair.scores["pairwise_iou"].value for pair in report.pairs]
    return min((value for value in values if not math.isnan(value)), default=0.0)


def _title(name: str) -> str:
    return STATISTICS.get(name).title


#: What the template of this subject calls.
_SUBJECT: dict[str, object] = {
    "DISTANCES": DISTANCES,
    # What a page shows of long lists; the JSON report has all.
    "MOST_ANNOTATORS": 40,
    "MOST_IMAGES": 100,
    "RELIABLE": RELIABLE,
    "dendrogram_of": dendrogram_of,
    "interval_of": interval_of,
    "lowest": _lowest,
    "mixup_table": mixup_table,
    "much": _much,
    "plot_items": plot_items,
    "scale_of": _scale_of,
    "score_of": Score,
    "scale_of_standing": _scale_of_standing,
    "statistic_title": _title,
    "support_of": support_of,
    "tone_of": tone_of,
    "value_of": value_of,
    "verdict_of": verdict_of,
    "worst_mixups": worst_mixups,
}
