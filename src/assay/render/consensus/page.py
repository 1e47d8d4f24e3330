"""A consensus as one HTML page."""

import math
from collections.abc import Sequence
from dataclasses import fields, replace

from assay.consensus.fusing import name_of
from assay.consensus.report import FusedItem, FusionReport
from assay.consensus.skill import ClassSkill
from assay.delivery import Finding
from assay.render.consensus.plates import color_of, plates_of
from assay.render.consensus.sentences import name_of_method, shares_of, support_of, verdict_of
from assay.render.page import fill
from assay.render.plots import Curve, Dots, LinePlot, Rule
from assay.render.scale import Scale, fit_share_scale
from assay.render.writing import percent
from assay.report import Score

#: More images than this are drawn as a line without dots.
_MOST_DOTS = 200


def fusion_page(report: FusionReport) -> str:
    """Return a consensus as one HTML page; equal reports give equal text."""
    return fill(
        "fusion.html.jinja",
        report=report,
        plates=plates_of(report),
        ranked=_ranked(report),
        findings_of=_findings(report),
        **_SUBJECT,
    )


def plot_items(ranked: Sequence[FusedItem], report: FusionReport) -> LinePlot:
    """Return the plot of images from the most to the least contested."""
    points = tuple((n, 100 * item.contested_px / item.pixels) for n, item in enumerate(ranked, 1))
    mean = 100 * report.total("contested_px") / max(1, report.pixels)
    return LinePlot(
        "Some images are contested more than others",
        "Images, most contested first",
        "Contested pixels, %",
        curves=(Curve(points),),
        dots=()
        if len(points) > _MOST_DOTS
        else (Dots(points, titles=tuple(item.key for item in ranked)),),
        rules=(Rule(mean),),
        note="Dashed: all images together. Look at the first ones before you trust the rest.",
        y_within=(0.0, 100.0),
        y_include=(0.0,),
        height_rem=12.0,
    )


def _ranked(report: FusionReport) -> list[FusedItem]:
    return sorted(report.fused, key=lambda item: (-item.contested_px / item.pixels, item.key))


def _findings(report: FusionReport) -> list[Finding]:
    """Return findings whose messages say whose labels they are about."""
    return [
        *report.warnings,
        *(
            replace(finding, message=f"{name}: {finding.message}") if name else finding
            for name, finding in report.findings
        ),
    ]


def _scale_of(scores: Sequence[Score]) -> Scale:
    return fit_share_scale(
        [end for score in scores for end in (score.value, score.low, score.high)]
    )


def _shortfall(value: float) -> float:
    """Return how much colour a share gets: none at 1, all at one half or less."""
    return min(1.0, 2 * (1 - value))


def _skill_table(report: FusionReport, column: str) -> list[list[float]]:
    """Return a skill by class and annotator."""
    places = range(len(report.annotators[0].skills))
    return [
        [float(getattr(annotator.skills[place], column)) for annotator in report.annotators]
        for place in places
    ]


def _classes(report: FusionReport) -> list[str]:
    return [name_of(skill.index, report.ontology) for skill in report.annotators[0].skills]


def _worst_mistakes(report: FusionReport) -> list[tuple[str, ClassSkill]]:
    """Return where annotators give a class's pixels another class most often, worst first."""
    mistakes = [
        (annotator.name, skill)
        for annotator in report.annotators
        for skill in annotator.skills
        if skill.mistaken_for is not None and not math.isnan(skill.sensitivity)
    ]
    mistakes.sort(key=lambda entry: (-(1 - entry[1].sensitivity) * entry[1].true_px, entry[0]))
    return mistakes[:10]


def _legend(report: FusionReport) -> list[tuple[str, str]]:
    """Return names and colours of the classes that may be shown."""
    colors = report.ontology.colors
    return [
        (name_of(skill.index, report.ontology), f"rgb({' '.join(map(str, colors[skill.index]))})")
        for skill in report.annotators[0].skills
    ]


def _settings(report: FusionReport) -> list[tuple[str, str]]:
    """Return every setting of the method and of the plan."""
    plan = report.plan
    rows = [(field.name, getattr(plan.parameters, field.name)) for field in fields(plan.parameters)]
    rows.extend(
        (field.name, getattr(plan, field.name))
        for field in fields(plan)
        if field.name not in ("method", "parameters", "neighbours")
    )
    return [(name, _said(value)) for name, value in rows]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "by agreement with the others"
    return str(value)


#: What the template of this subject calls.
_SUBJECT: dict[str, object] = {
    "MOST_IMAGES": 100,
    "MOST_REGIONS": 40,
    "classes_of": _classes,
    "color_of": color_of,
    "legend_of": _legend,
    "method_title": name_of_method,
    "name_of": name_of,
    "percent_of": percent,
    "plot_items": plot_items,
    "scale_of": _scale_of,
    "settings_of": _settings,
    "shares_of": shares_of,
    "shortfall": _shortfall,
    "skill_table": _skill_table,
    "support_of": support_of,
    "verdict_of": verdict_of,
    "worst_mistakes": _worst_mistakes,
}
