"""Plots: where lines and dots stand, and what the legend names."""

import math

from assay.render.plots import Band, Curve, Dots, LinePlot, Rule


def plot_of(**parts: object) -> LinePlot:
    return LinePlot("Scores fall", "Batch", "IoU", **parts)  # type: ignore[arg-type]  # named below


def test_a_curve_goes_from_the_lower_left_to_the_upper_right_of_its_box() -> None:
    plot = plot_of(curves=(Curve(((1.0, 0.0), (3.0, 1.0))),))
    assert plot.path(plot.curves[0]) == "M0 100 L100 0"


def test_an_unknown_point_breaks_the_line_and_takes_no_part_in_the_axes() -> None:
    plot = plot_of(curves=(Curve(((0.0, 0.0), (1.0, math.nan), (2.0, 1.0))),))
    assert plot.path(plot.curves[0]) == "M0 100 M100 0"


def test_a_step_holds_its_value_until_the_next_point() -> None:
    plot = plot_of(curves=(Curve(((0.0, 0.0), (2.0, 1.0)), steps=True),))
    assert plot.path(plot.curves[0]) == "M0 100 L100 100 L100 0"


def test_a_band_goes_there_along_its_upper_and_back_along_its_lower_edge() -> None:
    plot = plot_of(bands=(Band(((0.0, 0.0, 1.0), (1.0, 0.5, 1.0))),))
    assert plot.area(plot.bands[0]) == "M0 0 L100 0 L100 50 L0 100 Z"


def test_the_axis_of_y_has_room_for_rules() -> None:
    plot = plot_of(curves=(Curve(((0.0, 0.5), (1.0, 0.6))),), rules=(Rule(0.9, "target"),))
    assert plot.y.high >= 0.9


def test_dots_that_are_not_known_are_left_out_with_their_titles() -> None:
    dots = Dots(((0.0, 0.0), (1.0, math.nan), (2.0, 1.0)), titles=("a", "b", "c"))
    plot = plot_of(dots=(dots,))
    assert plot.places(dots) == ((0.0, 100.0, "a"), (100.0, 0.0, "c"))


def test_the_legend_names_each_kind_of_mark_once() -> None:
    curves = (Curve(((0.0, 0.0),), "Ann"), Curve(((1.0, 1.0),), "Ann"), Curve(((1.0, 1.0),)))
    assert plot_of(curves=curves).legend == (("Ann", "line", 1),)


def test_a_plot_of_nothing_has_axes_all_the_same() -> None:
    plot = plot_of(curves=(Curve(()),))
    assert plot.path(plot.curves[0]) == ""
    assert (plot.x.low, plot.x.high) == (0.0, 1.0)
