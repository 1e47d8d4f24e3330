"""Wrong pixels by kind as stacked bars, and as the table that gives their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.render.kinds import KINDS, Kind
from assay.report import Report

#: Name, wrong pixels by kind, and the pixels that they are a share of.
KindRow = tuple[str, list[int], int]


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar: where it starts and how long it is, in percent of the axis."""

    kind: Kind
    pixels: int
    start: float
    length: float


@dataclass(frozen=True)
class Stack:
    """A stacked bar of wrong pixels; ``share`` is their share of ``of`` pixels."""

    label: str
    of: int
    wrong: int
    segments: tuple[Segment, ...]

    @property
    def share(self) -> float:
        """Wrong pixels as a share; NaN where there are no pixels."""
        return self.wrong / self.of if self.of else float("nan")


def stack_kinds(label: str, counts: Sequence[int], *, of: int, longest: float) -> Stack:
    """Stack wrong pixels by kind.

    Parameters
    ----------
    label
        What the bar stands for.
    counts
        Wrong pixels in the order of ``KINDS``.
    of
        Pixels that the bar is a share of.
    longest
        Share that fills the whole axis.
    """
    scale = 100 / (longest * of) if longest * of > 0 else 0.0
    segments, start = [], 0.0
    for kind, pixels in zip(KINDS, counts, strict=True):
        if pixels:
            segments.append(Segment(kind, pixels, round(start, 3), round(pixels * scale, 3)))
        start += pixels * scale
    return Stack(label, of, sum(counts), tuple(segments))


def kind_rows_of_classes(report: Report) -> tuple[KindRow, ...]:
    """Return wrong pixels by kind of each reference class that has pixels."""
    if report.anatomy is None:
        return ()
    return tuple(
        (entry.label.name, counts, entry.support_px)
        for entry, counts in zip(report.classes, report.anatomy.counts.tolist(), strict=True)
        if entry.support_px
    )


def kind_rows_of_reports(reports: Mapping[str, Report]) -> tuple[KindRow, ...]:
    """Return wrong pixels by kind of each delivery whose plan measured them."""
    return tuple(
        (name, list(report.anatomy.by_kind.values()), report.scored_px)
        for name, report in reports.items()
        if report.anatomy is not None
    )


def most_wrong(rows: Sequence[KindRow], most: int) -> tuple[KindRow, ...]:
    """Return the rows with most wrong pixels, in their own order."""
    by_fault = sorted(range(len(rows)), key=lambda place: -sum(rows[place][1]))
    return tuple(rows[place] for place in sorted(by_fault[:most]))


def stack_rows(rows: Sequence[KindRow]) -> tuple[Stack, ...]:
    """Stack each row into a bar; the row with the largest share of wrong pixels fills the axis."""
    longest = max((sum(counts) / of for _, counts, of in rows if of), default=0.0)
    return tuple(stack_kinds(name, counts, of=of, longest=longest) for name, counts, of in rows)
