"""Systematic errors as a page: what goes wrong, whose it is, and how it looks."""

from dataclasses import dataclass

import numpy as np

from assay.attribution import Instance, SystematicError, SystematicReport
from assay.labels import LabelMap, Ontology
from assay.render.page import fill
from assay.render.pictures import Picture, drawing, labels_picture, photograph_picture
from assay.render.scale import Scale, fit_scale
from assay.render.systematic.words import HEADINGS, MEANINGS, advice_of, cause_of, verdict_of

#: Mistakes of each verdict that are shown with charts and examples; the others stand in a table.
_MOST_CARDS = 8


@dataclass(frozen=True)
class Shown:
    """One example with its pictures."""

    instance: Instance
    pictures: tuple[Picture, ...]


def systematic_page(report: SystematicReport) -> str:
    """Return the report as one HTML page; equal reports give equal text."""
    return fill(
        "systematic.html.jinja",
        report=report,
        verdict=verdict_of(report),
        HEADINGS=HEADINGS,
        MEANINGS=MEANINGS,
        advice_of=advice_of,
        cause_of=cause_of,
        of_verdict=lambda verdict: [e for e in report.errors if e.verdict == verdict],
        scale_of=_scale_of,
        shown_of=lambda error: _shown(error, report.ontology),
        MOST_CARDS=_MOST_CARDS,
        legend=_legend(report),
    )


def _carded(report: SystematicReport) -> list[SystematicError]:
    """Return the mistakes that are shown as cards."""
    named = [[e for e in report.errors if e.verdict == verdict] for verdict in HEADINGS]
    return [error for errors in named for error in errors[:_MOST_CARDS] if error.causes]


def _scale_of(error: SystematicError) -> Scale:
    scores = [*error.vendors.values(), *error.annotators.values()]
    marks = [mark for score in scores for mark in (score.value, score.low, score.high)]
    return fit_scale(marks, within=(0.0, 1.0), include=(0.0, error.floor))


def _shown(error: SystematicError, ontology: Ontology) -> tuple[Shown, ...]:
    return tuple(Shown(instance, _pictures(instance, ontology)) for instance in error.instances)


def _pictures(instance: Instance, ontology: Ontology) -> tuple[Picture, ...]:
    side = max(instance.mask.shape)
    pictures = [
        labels_picture("Reference", instance.item, instance.reference, ontology, step=1),
        labels_picture(instance.vendor, instance.item, instance.candidate, ontology, step=1),
        _mask_picture(instance),
    ]
    if instance.image is not None:
        pictures.insert(0, photograph_picture(instance.item, instance.image, side=side))
    return tuple(pictures)


def _mask_picture(instance: Instance) -> Picture:
    palette = np.array([(233, 231, 226), (209, 67, 91)], np.uint8)
    alt = f"Where it happened in {instance.item}: {instance.pixels:,} px of the image"
    return drawing("Where", alt, instance.mask.to_dense(), palette)


def _legend(report: SystematicReport) -> tuple[tuple[str, str], ...]:
    """Return name and colour of each class that an example shows."""
    maps: list[LabelMap] = [
        label_map
        for error in _carded(report)
        for instance in error.instances
        for label_map in (instance.reference, instance.candidate)
    ]
    seen = {index for label_map in maps for index in np.unique(label_map.values).tolist()}
    ontology = report.ontology
    names = ("unlabelled", *ontology.names, *("void" for _ in ontology.void_ids))
    colors = [f"rgb({red} {green} {blue})" for red, green, blue in ontology.colors.tolist()]
    return tuple((names[i], colors[i]) for i in (*range(1, ontology.size), 0) if i in seen)
