"""Plots of one quantity against another, as values; ``plots.html.jinja`` draws them.

Lines are drawn in a box of 100 by 100 that stretches with the page, while text and dots keep their
size: so a plot reads as well on a phone as on a wide screen.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assay.render.scale import Scale, fit_scale

#: Colours of series, in the order in which they are told apart best; 0 is muted grey.
TONES = 7

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A line through points, in order of x; a point that is NaN breaks it.

    Parameters
    ----------
    points
        Pairs of x and y.
    name
        Entry of the legend; ``""`` for none.
    tone
        Colour, 0 to 6.
    dashed
        Whether the line is dashed, as limits and expectations are.
    steps
        Whether a value holds until the next x.
    """

    points: tuple[Point, ...]
    name: str = ""
    tone: int = 1
    dashed: bool = False
    steps: bool = False


@dataclass(frozen=True)
class Band:
    """An area between two lines: triples of x, low and high, in order of x."""

    points: tuple[tuple[float, float, float], ...]
    name: str = ""
    tone: int = 1


@dataclass(frozen=True)
class Dots:
    """Single points.

    Parameters
    ----------
    points
        Pairs of x and y; those that are NaN are left out.
    name
        Entry of the legend; ``""`` for none.
    tone
        Colour, 0 to 6.
    shape
        ``"ring"`` is open; ``"alarm"`` is larger, in the colour of errors.
    titles
        What a pointer over each point says; as many as points, or none.
    """

    points: tuple[Point, ...]
    name: str = ""
    tone: int = 1
    shape: Literal["dot", "ring", "alarm"] = "dot"
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A straight line across the plot: a limit, a target, a moment.

    Parameters
    ----------
    value
        Where it stands.
    label
        Written beside it.
    axis
        ``"y"`` for a horizontal line at a value of y, ``"x"`` for a vertical one.
    tone
        Colour, 0 to 6.
    """

    value: float
    label: str = ""
    axis: Literal["x", "y"] = "y"
    tone: int = 0


@dataclass(frozen=True)
class LinePlot:
    """A plot with its title, axes and units.

    Parameters
    ----------
    title
        What the plot shows, as a sentence.
    x_label, y_label
        What the axes measure, with units.
    curves, bands, dots, rules
        What is drawn; bands below curves below dots.
    note
        A line below the title: how to read it.
    x_within, y_within
        Ends that an axis never passes, for example 0 and 1 for a share.
    x_include, y_include
        Values that must lie on an axis, for example 0.
    x_ticks
        Ticks with their texts, where numbers do not serve (dates, names); fitted where empty.
    height_rem
        Height of the drawing, in the size of the page's text.

    Examples
    --------
    >>> plot = LinePlot("Scores rise", "Batch", "IoU", curves=(Curve(((0, 0.0), (4, 1.0))),))
    >>> plot.path(plot.curves[0])
    'M0 100 L100 0'
    """

    title: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...] = ()
    bands: tuple[Band, ...] = ()
    dots: tuple[Dots, ...] = ()
    rules: tuple[Rule, ...] = ()
    note: str = ""
    x_within: tuple[float, float] = (-math.inf, math.inf)
    y_within: tuple[float, float] = (-math.inf, math.inf)
    x_include: tuple[float, ...] = ()
    y_include: tuple[float, ...] = ()
    x_ticks: tuple[tuple[float, str], ...] = ()
    height_rem: float = 15.0

    @property
    def x(self) -> Scale:
        """The axis of x; it ends where the data ends."""
        values = [*self._values(0), *self.x_include, *(tick for tick, _ in self.x_ticks)]
        fitted = fit_scale(values, within=self.x_within)
        known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(known), max(known)
        if high - low < 1e-9:
            return fitted
        ticks = tuple(tick for tick in fitted.ticks if low <= tick <= high)
        return Scale(low, high, ticks, fitted.decimals)

    @property
    def y(self) -> Scale:
        """The axis of y, from one round tick to another."""
        return fit_scale(self._values(1), within=self.y_within, include=self.y_include)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Ticks of x with their texts."""
        scale = self.x
        return self.x_ticks or tuple((tick, scale.label(tick)) for tick in scale.ticks)

    @property
    def legend(self) -> tuple[tuple[str, str, int], ...]:
        """Name, kind of mark and tone of everything that has a name."""
        marks = [
            *((c.name, "dashed" if c.dashed else "line", c.tone) for c in self.curves),
            *((band.name, "band", band.tone) for band in self.bands),
            *((dots.name, dots.shape, dots.tone) for dots in self.dots),
        ]
        return tuple(dict.fromkeys(mark for mark in marks if mark[0]))

    def path(self, curve: Curve) -> str:
        """Return a curve as an SVG path in a box of 100 by 100."""
        points = curve.points if not curve.steps else tuple(_steps(curve.points))
        return " ".join(self._path(points))

    def area(self, band: Band) -> str:
        """Return a band as a closed SVG path in a box of 100 by 100."""
        known = [entry for entry in band.points if all(map(math.isfinite, entry))]
        there = [(x, high) for x, _, high in known]
        back = [(x, low) for x, low, _ in reversed(known)]
        return " ".join([*self._path([*there, *back]), "Z"]) if known else ""

    def places(self, dots: Dots) -> tuple[tuple[float, float, str], ...]:
        """Return where dots stand, in percent from the left and from the top, with their titles."""
        titles = dots.titles or ("",) * len(dots.points)
        return tuple(
            (self.x.place(x), self.height_of(y), title)
            for (x, y), title in zip(dots.points, titles, strict=True)
            if math.isfinite(x) and math.isfinite(y)
        )

    def height_of(self, y: float) -> float:
        """Return how far below the top a value stands, in percent."""
        return round(100 - self.y.place(y), 3)

    def _path(self, points: Iterable[Point]) -> Iterator[str]:
        x_scale, y_scale = self.x, self.y
        pen = "M"
        for x, y in points:
            if not (math.isfinite(x) and math.isfinite(y)):
                pen = "M"
                continue
            yield f"{pen}{x_scale.place(x):g} {round(100 - y_scale.place(y), 3):g}"
            pen = "L"

    def _values(self, axis: int) -> list[float]:
        pairs = [point for curve in self.curves for point in curve.points]
        pairs.extend(point for dots in self.dots for point in dots.points)
        for band in self.bands:
            pairs.extend((x, edge) for x, low, high in band.points for edge in (low, high))
        values = [pair[axis] for pair in pairs]
        return [*values, *(rule.value for rule in self.rules if rule.axis == "xy"[axis])]


def _steps(points: Sequence[Point]) -> Iterator[Point]:
    for place, (x, y) in enumerate(points):
        if place:
            yield x, points[place - 1][1]
        yield x, y
