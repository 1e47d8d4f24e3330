"""The images that were looked at, as CSV."""

from assay.render.tables import table_text
from assay.sampling.acceptance import AcceptanceReport

_HEADER = ("item", "place", "tier", "score", "severe_errors", "counted")


def acceptance_csv(report: AcceptanceReport) -> str:
    """Return one row for each image with a verdict, in the order of looking, then what is next.

    The table has the columns of a verdict table, so reviewers can fill in the rows of the images
    that come next and hand it back.
    """
    rows: list[tuple[str | int | float, ...]] = [
        (
            item.key,
            item.place,
            item.tier,
            item.look.score,
            "" if item.look.severe is None else item.look.severe,
            "yes" if item.counted else "no",
        )
        for item in report.items
    ]
    rows.extend((key, "", "", "", "", "next") for key in report.following)
    return table_text(_HEADER, rows)
