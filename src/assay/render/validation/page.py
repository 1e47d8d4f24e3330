"""A validation as one HTML page: what was found, where, and what to do about it."""

from collections.abc import Sequence

from assay.delivery import Finding
from assay.render.page import fill
from assay.render.scale import Scale
from assay.render.validation.advice import advice_of
from assay.render.validation.plates import plates_of
from assay.render.validation.sentences import support_of, verdict_of
from assay.validation.report import ItemResult, ValidationReport

#: What the page shows of long lists; the JSON document and the CSV have all.
MOST_ITEMS = 60
MOST_BARS = 24

_SHARES = Scale(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0), 0)


def validation_page(report: ValidationReport) -> str:
    """Return a validation as one HTML page.

    Parameters
    ----------
    report
        What validating a delivery found.

    Returns
    -------
    The page as text, to be written as UTF-8; equal validations give equal text.
    """
    return fill(
        "validation.html.jinja",
        report=report,
        plates=plates_of(report),
        scale=_SHARES,
        verdict=verdict_of(report),
        support=" ".join(support_of(report)),
        faulty=_faulty(report.items),
        findings_of=_findings_of(report.findings),
        advice_of=advice_of,
        most_items=MOST_ITEMS,
        most_bars=MOST_BARS,
    )


def _faulty(items: Sequence[ItemResult]) -> list[ItemResult]:
    faulty = [item for item in items if item.counts]
    faulty.sort(key=lambda item: (-item.errors, -len(item.counts), -item.faults, item.key))
    return faulty


def _findings_of(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.rule, []).append(finding)
    return found
