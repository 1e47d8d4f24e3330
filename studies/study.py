"""What a study found: a page of Markdown and the pictures that it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Real data, beside the checkout and never inside it.
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Study:
    """One page of evidence.

    Parameters
    ----------
    title
        Heading of the page.
    text
        Markdown below it.  Pictures are named as ``images/NAME.svg``.
    pictures
        SVG text by file name, ``SUBJECT-WHAT.svg``.
    """

    title: str
    text: str
    pictures: Mapping[str, str] = field(default_factory=dict)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; the first column to the left, the others to the right.

    Examples
    --------
    >>> print(table(["Batch", "Rate"], [["good", "2.1 %"]]))
    | Batch | Rate |
    |---|--:|
    | good | 2.1 % |
    """
    lines = [
        "| " + " | ".join(titles) + " |",
        "|---" + "|--:" * (len(titles) - 1) + "|",
        *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def rate(successes: int, trials: int) -> str:
    """Return a share in percent with its exact 95 % interval (Clopper and Pearson 1934).

    Examples
    --------
    >>> rate(40, 2000)
    '2.0 % (1.4–2.7)'
    """
    from scipy.stats import binomtest

    found = binomtest(successes, trials)
    ends = found.proportion_ci(0.95, method="exact")
    return f"{100 * successes / trials:.1f} % ({100 * ends.low:.1f}–{100 * ends.high:.1f})"
