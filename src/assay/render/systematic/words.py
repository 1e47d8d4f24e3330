"""What a systematic error means, in words that say what to do."""

from assay.attribution import Cause, SystematicError, SystematicReport, Verdict
from assay.render.writing import noun, percent

#: How a verdict is headed.
HEADINGS: dict[Verdict, str] = {
    "shared": "Shared: make the guideline clear",
    "vendor": "One vendor's: train its people",
    "annotator": "One person's: coach",
    "open": "Not decided",
}

#: What each verdict means, for a reader who sees it for the first time.
MEANINGS: dict[Verdict, str] = {
    "shared": "Most vendors do it, so nobody was told otherwise. Write the rule, with pictures.",
    "vendor": "This vendor does it more than others in the same images. Train, and test again.",
    "annotator": "This person does it more than colleagues of the same vendor. Show the examples.",
    "open": "It happens, but these images do not say whose it is.",
}


def verdict_of(report: SystematicReport) -> str:
    """Say in one sentence what was found."""
    named = [error for error in report.errors if error.causes]
    if not report.errors:
        return "No mistake is frequent enough to be worth anybody's time."
    if not named:
        return (
            f"{noun(len(report.errors), 'frequent mistake')}, but none that more than chance lays "
            "at anybody's door."
        )
    parts = [
        f"{number} {word}"
        for verdict, word in (
            ("shared", "shared by most"),
            ("vendor", "of one vendor"),
            ("annotator", "of one annotator"),
        )
        if (number := sum(error.verdict == verdict for error in named))
    ]
    return f"{noun(len(named), 'systematic error')}: {', '.join(parts)}."


def cause_of(cause: Cause) -> str:
    """Say whose error a cause is.

    Examples
    --------
    >>> cause_of(Cause("annotator", "Pixelforge", "pf-2"))
    'pf-2 of Pixelforge'
    """
    if cause.verdict == "shared":
        return "most vendors"
    return f"{cause.annotator} of {cause.vendor}" if cause.annotator else cause.vendor


def advice_of(error: SystematicError) -> str:
    """Say what to do about an error with causes."""
    parts = []
    if error.verdict == "shared":
        parts.append(f"Write down what is right where {error.text}, with pictures of both.")
    vendors = [cause.vendor for cause in error.causes if cause.verdict == "vendor"]
    if vendors:
        parts.append(f"Train {' and '.join(vendors)} on it, and check the next batch for it.")
    people = [cause_of(cause) for cause in error.causes if cause.verdict == "annotator"]
    if people:
        parts.append(f"Show these examples to {' and '.join(people)}.")
    return " ".join(parts)


def fact_of(error: SystematicError) -> str:
    """Write an error on one line, for a pipe."""
    whose = ", ".join(cause_of(cause) for cause in error.causes) or "nobody's"
    shares = ", ".join(f"{name} {percent(score.value)}" for name, score in error.vendors.items())
    return f"{error.verdict}: {error.text} ({whose}); {shares}"
