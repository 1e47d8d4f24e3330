"""A report of agreement as one tidy CSV: a row for each thing that was scored."""

import math
from collections.abc import Iterator, Mapping

from assay.render.tables import Cell, table_text
from assay.report import Score
from assay.report.agreement import AgreementReport


def agreement_csv(report: AgreementReport) -> str:
    r"""Return a report as CSV with a header.

    Returns
    -------
    Text with ``\n`` line ends.  The column ``level`` says what a row is about: ``all``, ``class``,
    ``stratum``, ``annotator``, ``pair`` or ``image``; what does not apply is empty.  One column for
    each statistic, with its interval's ends in ``NAME_low`` and ``NAME_high``.
    """
    statistics = tuple(report.scores)
    ends = (column for name in statistics for column in (name, f"{name}_low", f"{name}_high"))
    header = ("level", "item", "stratum", "class", "annotator", "second", "images", *ends)
    return table_text(header, _rows(report, statistics))


def _rows(report: AgreementReport, statistics: tuple[str, ...]) -> Iterator[tuple[Cell, ...]]:
    def scores(found: Mapping[str, Score]) -> Iterator[float]:
        for name in statistics:
            score = found.get(name, _UNKNOWN)
            yield from (score.value, score.low, score.high)

    names = [entry.name for entry in report.annotators]
    yield ("all", "", "", "", "", "", report.compared, *scores(report.scores))
    for label in report.classes:
        yield ("class", "", "", label.label.name, "", "", "", *scores(label.scores))
    for stratum in report.strata:
        yield ("stratum", "", stratum.name, "", "", "", stratum.items, *scores(stratum.scores))
    for entry in report.annotators:
        with_others = {"pairwise_iou": entry.with_others}
        yield ("annotator", "", "", "", entry.name, "", entry.images, *scores(with_others))
    for pair in report.pairs:
        both = names[pair.first], names[pair.second]
        yield ("pair", "", "", "", *both, pair.images, *scores(pair.scores))
    for item in report.items:
        alone = {name: Score(value) for name, value in item.scores.items()}
        yield ("image", item.key, item.stratum, "", "", "", "", *scores(alone))


_UNKNOWN = Score(math.nan)
