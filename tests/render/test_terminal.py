"""Tables at a terminal, plain lines in a pipe, and never a vendor's control codes."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from assay.delivery import Finding, Severity
from assay.render.evaluation.terminal import show_pilot, show_report
from assay.sourcing import Vendor
from render.examples import example_pilot, example_report, make_pilot, make_report


def shown(show: Callable[[Any, Console], None], value: Any, *, terminal: bool) -> str:
    out = io.StringIO()
    show(value, Console(file=out, force_terminal=terminal, width=120, legacy_windows=False))
    return out.getvalue()


def test_terminal_gets_tables_with_intervals() -> None:
    report = example_report()
    text = shown(show_report, report, terminal=True)
    iou = report.scores["mean_iou"]
    assert f"{iou.value:.3f}" in text
    assert f"{iou.low:.3f}–{iou.high:.3f}" in text
    assert "traffic sign" in text
    assert "png-checksum ×1" in text
    assert "\x1b[" in text


def test_pipe_gets_plain_lines() -> None:
    report = example_report()
    text = shown(show_report, report, terminal=False)
    iou = report.scores["mean_iou"]
    assert f"mean_iou: {iou.value:.3f} ({iou.low:.3f}–{iou.high:.3f})" in text.splitlines()
    assert "findings: 2 errors, 2 warnings, 1 info" in text.splitlines()
    assert "\x1b" not in text
    assert "█" not in text


def test_pilot_ranks_vendors() -> None:
    text = shown(show_pilot, example_pilot(), terminal=True)
    assert example_pilot().verdict.sentence in text
    places = [text.index(f"{n}. {r.vendor.name}") for n, r in enumerate(example_pilot().results, 1)]
    assert places == sorted(places)
    assert "4.10 EUR" in text


def test_pilot_in_a_pipe_says_what_is_distinguishable() -> None:
    text = shown(show_pilot, example_pilot(), terminal=False)
    assert "Northlight minus Pixelwerk: +" in text
    assert text.count("distinguishable") == 3


@pytest.mark.parametrize("terminal", [True, False])
def test_vendor_text_is_neither_markup_nor_control_code(*, terminal: bool) -> None:
    name = "[bold red]Evil[/] \x1b[2J\nPixel accuracy 1.000"
    finding = Finding("rule\x1b[31m", Severity.ERROR, name, name, name)
    report = make_report(name, (1, 0.1, 0.1, 0), images=4, findings=[finding])
    for show, value in (
        (show_report, report),
        (show_pilot, make_pilot([(Vendor(name), report)], name=name)),
    ):
        text = shown(show, value, terminal=terminal)
        assert "[bold red]Evil[/]" in text
        assert "\x1b[2J" not in text
        assert "\\u001b[2J" in text
        assert not any(line.startswith("Pixel accuracy 1.000") for line in text.splitlines())


def test_delivery_without_faults_says_so() -> None:
    report = replace(example_report(), findings=())
    assert "The files have no faults." in shown(show_report, report, terminal=True)


def test_perfect_delivery_has_no_bar() -> None:
    report = make_report("Perfect", (0, 0.0, 0.0, 0), images=2)
    anatomy = replace(report.anatomy, counts=report.anatomy.counts * 0) if report.anatomy else None
    assert "█" not in shown(show_report, replace(report, anatomy=anatomy), terminal=True)
