"""What a benchmark found, and the Markdown that says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.timing import Ratio, Rounds


@dataclass(frozen=True)
class Comparison:
    """Assay beside one peer at one task.

    Parameters
    ----------
    task
        What both did, and on what.
    peer
        Who else did it.
    ours, theirs
        Median seconds per map or pair.
    ratio
        How many times faster Assay was.
    target
        The ratio that was promised, if one was.
    """

    task: str
    peer: str
    ours: float
    theirs: float
    ratio: Ratio
    target: float | None = None

    @classmethod
    def of(
        cls,
        rounds: Rounds,
        task: str,
        peer: str,
        *,
        side: str = "assay",
        target: float | None = None,
    ) -> "Comparison":
        """Compare two sides that ran in the same rounds."""
        return cls(
            task, peer, rounds.median(side), rounds.median(peer), rounds.ratio(side, peer), target
        )


@dataclass(frozen=True)
class Figure:
    """One measured figure with its limit.

    Parameters
    ----------
    task
        What was measured.
    value, unit
        The figure.
    target
        The limit, in the same unit, if one was promised.
    at_least
        Whether more is better.
    note
        What one must know to read it.
    """

    task: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = True
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the limit was kept; true where there is none."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Section:
    """One subject's results.

    Parameters
    ----------
    title, text
        Heading, and Markdown that says what was measured and how.
    comparisons, figures
        Rows of the two tables; either may be empty.
    missing
        What could not be measured here, and why.
    closing
        Markdown below the tables: what the figures say.
    """

    title: str
    text: str
    comparisons: tuple[Comparison, ...] = ()
    figures: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()
    closing: str = ""


def markdown(section: Section) -> str:
    """Return a section as Markdown."""
    parts = [f"## {section.title}", section.text]
    if section.comparisons:
        parts.append(_comparison_table(section.comparisons))
    if section.figures:
        parts.append(_figure_table(section.figures))
    parts.extend(f"Not measured: {reason}" for reason in section.missing)
    if section.closing:
        parts.append(section.closing)
    return "\n\n".join(parts) + "\n"


def summary(sections: Sequence[Section]) -> str:
    """Return what was promised and missed, or that all was kept."""
    missed = [
        f"- {section.title}, {row.task}, against {row.peer}: {_times(row.ratio.median)} times "
        f"faster, {row.target:g} promised."
        for section in sections
        for row in section.comparisons
        if row.target is not None and row.ratio.median < row.target
    ]
    missed += [
        f"- {section.title}, {row.task}: {_number(row.value)} {row.unit}, "
        f"{'at least' if row.at_least else 'at most'} {row.target:g} promised."
        for section in sections
        for row in section.figures
        if not row.met
    ]
    if not missed:
        return "Every target was met.\n"
    return "\n".join(["Targets missed in this run:", "", *missed]) + "\n"


def _comparison_table(comparisons: tuple[Comparison, ...]) -> str:
    lines = [
        "| Task | Assay | Peer | Its time | Times faster | Middle half | Target |",
        "|---|--:|---|--:|--:|--:|--:|",
    ]
    for row in comparisons:
        target = "" if row.target is None else f"≥ {row.target:g}{_missed(row)}"
        lines.append(
            f"| {row.task} | {duration(row.ours)} | {row.peer} | {duration(row.theirs)} "
            f"| **{_times(row.ratio.median)}** | {_times(row.ratio.low)}–{_times(row.ratio.high)} "
            f"| {target} |"
        )
    return "\n".join(lines)


def _missed(row: Comparison) -> str:
    return "" if row.target is None or row.ratio.median >= row.target else " **missed**"


def _figure_table(figures: tuple[Figure, ...]) -> str:
    lines = ["| Measured | Figure | Target | |", "|---|--:|--:|---|"]
    for row in figures:
        target = ""
        if row.target is not None:
            sign = "≥" if row.at_least else "≤"
            target = f"{sign} {row.target:g} {row.unit}" + ("" if row.met else " **missed**")
        lines.append(
            f"| {row.task} | **{_number(row.value)} {row.unit}** | {target} | {row.note} |"
        )
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return seconds as readers like them: ``0.42 ms``, ``1.30 s``."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 1e-4:
        return f"{seconds * 1e3:.3g} ms" if seconds < 0.9995 else "1.00 s"
    return f"{seconds * 1e6:.3g} µs"


def _times(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:.0f}"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
