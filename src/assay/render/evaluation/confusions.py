"""The confusion matrix as a reader sees it: a heat map, and the mistakes made most."""

from dataclasses import dataclass

import numpy as np

from assay.metrics import Confusion

#: More classes than this do not fit a page; those with the most wrong pixels are shown.
MOST_CLASSES = 24


@dataclass(frozen=True)
class Cell:
    """Pixels of one reference class that the candidate gave one class (or none)."""

    given: str
    pixels: int
    share: float
    correct: bool


@dataclass(frozen=True)
class Row:
    """One reference class: its pixels, and what the candidate made of them."""

    reference: str
    pixels: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Heat:
    """Rows and columns shown of a confusion matrix, shares by row.

    Parameters
    ----------
    columns
        Names of the columns; the last one is unlabelled.
    rows
        Reference classes that have pixels.
    left_out
        Number of classes that do not fit.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int


@dataclass(frozen=True)
class Mistake:
    """Pixels of one class that were given another, or none."""

    reference: str
    given: str
    pixels: int
    share: float


def heat_of(confusion: Confusion) -> Heat:
    """Return the heat map, with the classes in their own order."""
    counts = confusion.counts
    wrong = counts.sum(axis=1) - np.diagonal(counts) + counts[:, :-1].sum(axis=0)
    present = np.flatnonzero(counts.sum(axis=1) + counts[:, :-1].sum(axis=0))
    by_fault = present[np.argsort(-wrong[present], kind="stable")]
    shown = sorted(by_fault[:MOST_CLASSES].tolist())
    columns = [*shown, len(confusion.classes)]
    names = (*confusion.classes, "unlabelled")
    rows = []
    for place in shown:
        total = int(counts[place].sum())
        if total:
            cells = (_cell(names[c], int(counts[place, c]), total, c == place) for c in columns)
            rows.append(Row(names[place], total, tuple(cells)))
    return Heat(tuple(names[c] for c in columns), tuple(rows), len(present) - len(shown))


def worst_mistakes(confusion: Confusion, *, most: int = 8) -> tuple[Mistake, ...]:
    """Return the mistakes with most pixels, largest first."""
    wrong = confusion.counts.copy()
    np.fill_diagonal(wrong, 0)
    names = (*confusion.classes, "unlabelled")
    totals = confusion.counts.sum(axis=1)
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    places = zip(*np.unravel_index(order, wrong.shape), strict=True)
    return tuple(
        Mistake(names[r], names[c], int(wrong[r, c]), float(wrong[r, c] / totals[r]))
        for r, c in places
        if wrong[r, c]
    )


def _cell(given: str, pixels: int, total: int, correct: bool) -> Cell:  # noqa: FBT001 - a record
    return Cell(given, pixels, pixels / total, correct)
