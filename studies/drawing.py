"""Plots for the documentation, by matplotlib: quiet, readable on light and dark pages."""

import io
from typing import Any

#: One colour per curve, apart for readers who see few colours (Okabe and Ito 2008).
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")

_STYLE = {
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    # Equal figures give equal bytes.
    "svg.hashsalt": "assay",
}


def figure(columns: int = 1, *, width: float = 7.2, height: float = 3.2) -> tuple[Any, list[Any]]:
    """Return a figure and its axes, side by side, in the style of the documentation."""
    import matplotlib as mpl

    mpl.use("svg")
    from cycler import cycler
    from matplotlib import pyplot as plt

    mpl.rcParams.update(_STYLE)
    mpl.rcParams["axes.prop_cycle"] = cycler(color=COLORS)
    drawn, axes = plt.subplots(1, columns, figsize=(width, height), layout="constrained")
    return drawn, list(axes) if columns > 1 else [axes]


def svg(drawn: Any) -> str:
    """Return a figure as SVG text, without a date, and close it."""
    from matplotlib import pyplot as plt

    out = io.StringIO()
    drawn.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(drawn)
    # No trailing spaces, so that the file is as other text files are.
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
