"""An examination as one HTML page: a card for each question, and everything that was measured."""

import math

import numpy as np

from assay.honesty.report import Check, Flag, HonestyReport, SharedShape
from assay.honesty.spec import Sighting
from assay.labels import LabelMap, Ontology, find_regions
from assay.render.honesty import sentences
from assay.render.page import fill
from assay.render.pictures import Picture, drawing
from assay.render.plots import Band, Curve, Dots, LinePlot, Rule

#: Longest side of a shape's picture in pixels of the map; larger ones are thinned out.
_SIDE = 240
#: How much of its colour what surrounds a shape keeps.
_FAINT = 0.22
_LEAST_P = 1e-12
#: Rows of a table, the oddest ones.
_MOST_ROWS = 12


def honesty_page(report: HonestyReport) -> str:
    """Return an examination as one HTML page, to be written as UTF-8."""
    return fill(
        "honesty.html.jinja",
        report=report,
        words=sentences,
        MOST_ROWS=_MOST_ROWS,
        plot_of=lambda flag: plot_of(flag, report),
        pictures_of=lambda shape: pictures_of(shape, report.ontology),
    )


def plot_of(flag: Flag, report: HonestyReport) -> LinePlot | None:
    """Return the plot that shows a flag's evidence beside everybody else's, or None."""
    check = next(check for check in report.checks if check.detector.name == flag.detector.name)
    if flag.measurement.points:
        return _claims(flag, check)
    if math.isnan(flag.adjusted_p) or len(check.measurements) < 2:
        return None
    return _evidence(flag, check)


def _claims(flag: Flag, check: Check) -> LinePlot:
    """Plot claimed against expected minutes, with the band of honest work."""
    own = flag.measurement
    others = [entry for entry in check.measurements if entry is not own]
    far = max(expected for entry in check.measurements for expected, _ in entry.points)
    return LinePlot(
        f"{sentences.subjects_of(own)} claims {own.value:.1f} times what colleagues would take",
        "Minutes that colleagues would take, by what is in the image",
        "Minutes claimed",
        curves=(Curve(((0.0, 0.0), (far, far)), "as expected", tone=0, dashed=True),),
        bands=(
            Band(
                ((0.0, 0.0, 0.0), (far, 0.0, own.allowance * far)),
                f"up to {own.allowance:g} times, the most for honest work",
                tone=3,
            ),
        ),
        dots=(
            Dots(tuple(point for entry in others for point in entry.points), "others", tone=0),
            Dots(own.points, sentences.subjects_of(own), tone=2),
        ),
        note="One dot an image.",
        y_include=(0.0,),
    )


def _evidence(flag: Flag, check: Check) -> LinePlot:
    """Plot the strength of evidence against the size, everybody's beside the flagged one's."""
    tested = [entry for entry in check.measurements if not math.isnan(entry.p_value)]
    own = flag.measurement
    rest = [entry for entry in tested if entry is not own]

    def strength(p_value: float) -> float:
        return -math.log10(max(p_value, _LEAST_P))

    return LinePlot(
        f"{sentences.subjects_of(own)}: {check.detector.unit} {own.value:.2f}, beside the others",
        check.detector.unit.capitalize(),
        "Evidence: −log₁₀ of the p-value, 12 at most",
        dots=(
            Dots(
                tuple((entry.value, strength(entry.p_value)) for entry in rest),
                "others",
                tone=1,
                shape="ring",
                titles=tuple(sentences.subjects_of(entry) for entry in rest),
            ),
            Dots(
                ((own.value, strength(own.p_value)),),
                sentences.subjects_of(own),
                tone=2,
                shape="dot",
                titles=(sentences.subjects_of(own),),
            ),
        ),
        rules=(Rule(own.allowance, "honest work may reach this", axis="x"),),
        note="Far right is much, high up is sure; a review needs both.",
        y_include=(0.0,),
    )


def pictures_of(shape: SharedShape, ontology: Ontology) -> tuple[Picture, Picture]:
    """Return the pictures of two equal shapes, what surrounds them faint."""
    return (
        _picture(shape.first, shape.first_map, ontology),
        _picture(shape.second, shape.second_map, ontology),
    )


def _picture(sighting: Sighting, label_map: LabelMap, ontology: Ontology) -> Picture:
    dense = label_map.to_dense()
    inside = _region(sighting, label_map)
    step = max(1, -(-max(dense.shape) // _SIDE))
    places = np.where(inside, dense, dense + np.uint16(ontology.size))[::step, ::step]
    full = ontology.colors.astype(np.float64)
    faint = 255 - _FAINT * (255 - full)
    top, left, _, _ = sighting.box
    title = f"{sighting.owner}, {sighting.key}, row {top}, column {left}"
    return drawing(
        title,
        f"A region of {sighting.owner} in {sighting.key}",
        places.astype(np.uint16),
        np.concatenate([full, faint]).round().astype(np.uint8),
    )


def _region(
    sighting: Sighting, label_map: LabelMap
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which pixels of a cut-out map belong to the region that was pointed at."""
    regions = find_regions(label_map, connectivity=4)
    top, left, bottom, right = sighting.box
    fits = (regions.bottom - regions.top == bottom - top) & (
        regions.right - regions.left == right - left
    )
    wanted = np.flatnonzero(fits)
    owners = np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)
    return np.isin(owners, wanted[np.argsort(-regions.area[wanted])][:1])
