"""What an examination says in words: facts and questions, no verdicts."""

import math
from collections.abc import Iterator

from assay.honesty.report import Flag, HonestyReport
from assay.honesty.spec import Kind, Measurement
from assay.render.writing import NOT_KNOWN, noun, percent

#: Stands wherever flags stand.
PRINCIPLE = (
    "A flag opens a review. It is a question and no verdict, and it withholds no pay: each of "
    "these signs has honest explanations."
)


def headline_of(report: HonestyReport) -> str:
    """Return the one sentence that stands on top."""
    if not report.flags:
        return f"Nothing in the work of {_people(report)} asks for a review."
    people = sorted({who for flag in report.flags for who in flag.measurement.subjects})
    return f"{noun(len(report.flags), 'question')} to ask, about {joined(people)}."


def support_of(report: HonestyReport) -> Iterator[str]:
    """Yield the sentences below it."""
    ran = [check for check in report.checks if not check.lacking]
    images = max(report.images.values(), default=0)
    yield (
        f"{noun(len(ran), 'detector')} looked at up to {noun(images, 'image')} of "
        f"{noun(len(report.annotators), 'annotator')} and made {noun(report.tests, 'test')}, "
        f"adjusted together: where all work is honest, a test opens a review in at most "
        f"{percent(report.level)} of reports."
    )
    if report.flags:
        yield PRINCIPLE


def subjects_of(measurement: Measurement) -> str:
    """Return whom it is about."""
    return joined(list(measurement.subjects))


def value_of(measurement: Measurement) -> str:
    """Write a value: counts whole, other numbers with two decimals."""
    value = measurement.value
    if math.isnan(value):
        return NOT_KNOWN
    return f"{value:,.0f}" if measurement.kind is Kind.EXACT else f"{value:.2f}".replace("-", "−")


def allowance_of(measurement: Measurement) -> str:
    """Write what honest work may reach."""
    allowance = measurement.allowance
    return f"{math.floor(allowance):,}" if measurement.kind is Kind.EXACT else f"{allowance:.2f}"


def interval_of(measurement: Measurement) -> str:
    """Write the interval at 95 %, or nothing where there is none."""
    if math.isnan(measurement.low) or math.isnan(measurement.high):
        return ""
    return f"{measurement.low:.2f} to {measurement.high:.2f}".replace("-", "−")


def probability(value: float) -> str:
    """Write a p-value: two digits, ``<1e-9`` below.

    Examples
    --------
    >>> probability(0.0312), probability(2e-14), probability(math.nan)
    ('0.031', '<1e-9', 'n/a')
    """
    if math.isnan(value):
        return NOT_KNOWN
    return "<1e-9" if value < 1e-9 else f"{value:.2g}"


def evidence_of(flag: Flag) -> str:
    """Say how strong a flag is."""
    if math.isnan(flag.adjusted_p):
        return (
            f"More than {allowance_of(flag.measurement)} are not explained by chance or by a "
            "mistake or two."
        )
    low = interval_of(flag.measurement)
    return (
        f"{value_of(flag.measurement)}{f' (95 % interval {low})' if low else ''}; honest work may "
        f"reach {allowance_of(flag.measurement)}. Adjusted p-value "
        f"{probability(flag.adjusted_p)}."
    )


def joined(names: list[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> joined(["Ann"]), joined(["Ann", "Bob"]), joined(["Ann", "Bob", "Cem"])
    ('Ann', 'Ann and Bob', 'Ann, Bob and Cem')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _people(report: HonestyReport) -> str:
    if len(report.annotators) > 4:
        return noun(len(report.annotators), "annotator")
    return joined(list(report.annotators))
