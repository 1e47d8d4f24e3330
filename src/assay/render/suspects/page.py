"""Suspects as a page: what to look at first, in pictures."""

from assay.render.page import fill
from assay.render.plots import Band, Curve, LinePlot
from assay.render.suspects.plates import suspect_plates
from assay.render.suspects.sentences import calibration_of, support_of, verdict_of
from assay.suspicion import METHODS, SuspectReport
from assay.suspicion.kinds import KIND_BY_NAME, KINDS
from assay.suspicion.rules import index_name

#: Rows of the tables; the JSON and CSV forms have all.
_MOST_REGIONS, _MOST_IMAGES = 100, 60


def suspects_page(report: SuspectReport) -> str:
    """Return suspects as one HTML page: gallery, regions, images.

    Parameters
    ----------
    report
        What looking for label errors found.

    Returns
    -------
    The page as text, to be written as UTF-8; equal reports give equal text.
    """
    return fill(
        "suspects.html.jinja",
        report=report,
        verdict=verdict_of(report),
        support=tuple(support_of(report)),
        meaning=calibration_of(report),
        plates=suspect_plates(report),
        plot=_fall_of(report),
        method=METHODS.get(report.method),
        kinds=KINDS,
        kind_of=lambda suspect: KIND_BY_NAME[suspect.kind],
        index_name=lambda index: index_name(index, report.ontology),
        MOST_REGIONS=_MOST_REGIONS,
        MOST_IMAGES=_MOST_IMAGES,
    )


def _fall_of(report: SuspectReport) -> LinePlot | None:
    """Return how suspicion falls from the first region to the last."""
    if len(report.suspects) < 2:
        return None
    if report.calibration is None:
        points = tuple((float(n), s.score) for n, s in enumerate(report.suspects, 1))
        return LinePlot(
            "How suspicion falls from region to region",
            "Rank of the region",
            "Score",
            curves=(Curve(points),),
            note="Where the curve is flat, the order means little. Look at the first ones first.",
            y_within=(0.0, 1.0),
            y_include=(0.0,),
        )
    found, line = 0.0, []
    for rank, suspect in enumerate(report.suspects, 1):
        found += report.probability(suspect)
        line.append((float(rank), found))
    return LinePlot(
        "How many errors the first regions are expected to hold",
        "Regions looked at, in order",
        "Expected errors found",
        curves=(Curve(tuple(line), "expected"),),
        bands=(Band(tuple((rank, 0.0, rank) for rank, _ in line), "if every one were", 0),),
        note="From the verdicts. Stop where the curve bends.",
        y_include=(0.0,),
    )
