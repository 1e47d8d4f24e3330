"""How numbers, names and money are written in pages, tables and the terminal.

Scores have three decimals, shares one decimal of a percent, counts thousands separators.  What
is not known is written ``n/a``, never as a number.
"""

import math
import re

from assay.report import Score

NOT_KNOWN = "n/a"

# Control and direction characters could hide or reorder what a reader sees; lone surrogates
# cannot be written as UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return text with control, direction and broken characters written as escapes.

    Examples
    --------
    >>> visible("Acme\u202egnp.exe")
    'Acme\\u202egnp.exe'
    """
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def encodable(text: str) -> str:
    """Return text that UTF-8 can hold: lone surrogates become the replacement character."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def decimal(value: float) -> str:
    """Write a score: ``0.812``."""
    return NOT_KNOWN if math.isnan(value) else f"{value:.3f}".replace("-", "−")


def signed(value: float) -> str:
    """Write a difference: ``+0.012`` or ``−0.012``."""
    return NOT_KNOWN if math.isnan(value) else f"{value:+.3f}".replace("-", "−")


def percent(share: float) -> str:
    r"""Write a share: ``94.2 %``, with a no-break space.

    A share that is neither nothing nor everything is never rounded to either.

    Examples
    --------
    >>> percent(0.00001), percent(0.99999), percent(1.0)
    ('<0.1\xa0%', '>99.9\xa0%', '100.0\xa0%')
    """
    if math.isnan(share):
        return NOT_KNOWN
    if 0 < share < 0.0005:
        return "<0.1\xa0%"
    if 0.9995 <= share < 1:
        return ">99.9\xa0%"
    return f"{share:.1%}".replace("%", "\xa0%")


def level(confidence: float) -> str:
    r"""Write a confidence level: ``95 %``.

    Examples
    --------
    >>> level(0.95), level(0.999)
    ('95\xa0%', '99.9\xa0%')
    """
    return f"{100 * confidence:.6g}\xa0%"


def count(number: int) -> str:
    """Write a count: ``1,204``."""
    return f"{number:,}"


def hours(number: float | None) -> str:
    r"""Write a time: minutes below two hours, days from two days on.

    Examples
    --------
    >>> hours(0.5), hours(26.3), hours(100), hours(None)
    ('30\xa0min', '26.3\xa0h', '4.2\xa0days', 'n/a')
    """
    if number is None:
        return NOT_KNOWN
    if number < 2:
        return f"{60 * number:.0f}\xa0min"
    return f"{number:.1f}\xa0h" if number < 48 else f"{number / 24:.1f}\xa0days"


def noun(number: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun: ``1 image``, ``1,204 images``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def interval(score: Score) -> str:
    """Write the interval of a score: ``0.790–0.833``, or ``n/a`` where there is none."""
    if math.isnan(score.low) or math.isnan(score.high):
        return NOT_KNOWN
    return f"{decimal(score.low)}–{decimal(score.high)}"


def signed_interval(score: Score) -> str:
    """Write the interval of a difference: ``−0.012 to +0.034``, or ``n/a``."""
    if math.isnan(score.low) or math.isnan(score.high):
        return NOT_KNOWN
    return f"{signed(score.low)} to {signed(score.high)}"


def estimate(score: Score) -> str:
    """Write a score with its interval, where it has one: ``0.812 (0.790–0.833)``."""
    if math.isnan(score.low) or math.isnan(score.high):
        return decimal(score.value)
    return f"{decimal(score.value)} ({interval(score)})"
