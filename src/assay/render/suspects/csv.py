"""Suspects as CSV: one row per region, with a column for the reviewer's verdict."""

from assay.render.tables import table_text
from assay.suspicion import SuspectReport
from assay.suspicion.rules import index_name

_COLUMNS = (
    "item", "kind", "label", "rival", "top", "left", "bottom", "right", "area_px",
    "label_share", "rival_share", "score", "probability", "verdict",
)  # fmt: skip


def suspects_csv(report: SuspectReport) -> str:
    r"""Return suspects as CSV with a header, one row per region, the most suspicious first.

    The last column, ``verdict``, is empty: write ``error`` or ``fine`` into it, and give the file
    back with ``--verdicts``.

    Returns
    -------
    Text with ``\n`` line ends, to be written as UTF-8; equal reports give equal text.
    """
    rows = (
        (
            suspect.item,
            suspect.kind,
            index_name(suspect.label, report.ontology),
            index_name(suspect.rival, report.ontology),
            suspect.region.top,
            suspect.region.left,
            suspect.region.bottom,
            suspect.region.right,
            suspect.area_px,
            suspect.label_share,
            suspect.rival_share,
            suspect.score,
            report.probability(suspect),
            "",
        )
        for suspect in report.suspects
    )
    return table_text(_COLUMNS, rows)
