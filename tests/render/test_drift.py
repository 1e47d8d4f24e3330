"""A production watched: every form says the same, and none trusts a vendor's words."""

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from assay.delivery import Finding, Severity
from assay.drift.production import Production
from assay.drift.report import DriftReport
from assay.drift.watch import watch
from assay.render.document import dump, read_schema
from assay.render.drift.csv import drift_csv
from assay.render.drift.document import drift_document
from assay.render.drift.facts import false_alarms_of, headline_of
from assay.render.drift.page import drift_page
from assay.render.drift.terminal import show_drift
from drift.productions import production, steady


def falling(vendor: str, annotator: str, batch: int, rng: np.random.Generator) -> tuple[float, str]:
    value, stratum = steady(vendor, annotator, batch, rng)
    return value - 0.1 * (annotator == "Bob" and batch >= 10), stratum


def report_of(made: Production) -> DriftReport:
    vendors = watch(made, baseline_batches=8, run_length=200, seed=1)
    finding = Finding("missing-item", Severity.ERROR, "x", "It is not there.", "Deliver it.")
    return DriftReport(made, 8, 200.0, vendors, (finding,), 1, "0.0")


@pytest.fixture(scope="module")
def drifting() -> DriftReport:
    return report_of(production(falling, batches=16))


@pytest.fixture(scope="module")
def young() -> DriftReport:
    return report_of(production(batches=2))


def shown(report: DriftReport, *, terminal: bool) -> str:
    out = io.StringIO()
    show_drift(report, Console(file=out, force_terminal=terminal, width=100, no_color=True))
    return out.getvalue()


@pytest.mark.parametrize("which", ["drifting", "young"])
def test_the_document_follows_its_schema(which: str, request: pytest.FixtureRequest) -> None:
    schema = read_schema("drift-1")
    Draft202012Validator.check_schema(schema)
    document = json.loads(dump(drift_document(request.getfixturevalue(which))))
    Draft202012Validator(schema).validate(document)


def test_the_document_says_what_the_report_says(drifting: DriftReport) -> None:
    vendor = drift_document(drifting)["vendors"][0]
    assert (vendor["state"], vendor["since"]) == ("vendor", "Acme-11")
    assert vendor["annotators"][0]["name"] == "Bob"
    kinds = [chart["kind"] for chart in vendor["charts"]]
    assert kinds[:4] == ["score", "adjusted", "annotator", "annotator"]
    alarms = [point for point in vendor["charts"][1]["points"] if point["evidence"] >= 1]
    assert alarms[0]["batch"] == vendor["signal"]


def test_the_table_has_a_row_for_every_point(drifting: DriftReport) -> None:
    rows = list(csv.DictReader(io.StringIO(drift_csv(drifting))))
    assert len(rows) == sum(len(c.track.points) for c in drifting.vendors[0].charts)
    alarmed = [row for row in rows if row["alarm"] == "1" and row["chart"] == "adjusted"]
    assert alarmed[0]["date"].endswith("+00:00")
    assert rows[0]["expected"] == ""


def test_a_pipe_gets_one_fact_a_line(drifting: DriftReport) -> None:
    lines = shown(drifting, terminal=False).splitlines()
    assert lines[0] == "Acme drifts."
    assert "Acme: vendor drifts" in lines
    assert any(line.startswith("Acme: alarm: annotator Bob: batch ") for line in lines)
    assert lines[-1] == "findings: 1 error, 0 warnings, 0 info"


def test_a_terminal_gets_charts_of_blocks(drifting: DriftReport) -> None:
    text = shown(drifting, terminal=True)
    assert "█" in text
    assert "▁" in text
    assert "Who, since the change" in text


def test_too_few_batches_are_said_to_be_too_few(young: DriftReport) -> None:
    assert headline_of(young) == "There are too few batches to watch yet."
    for text in (shown(young, terminal=False), shown(young, terminal=True), drift_page(young)):
        assert "which all belong to the baseline" in " ".join(text.split())


def test_the_page_shows_every_part(drifting: DriftReport) -> None:
    page = drift_page(drifting)
    for part in ("Acme drifts.", "What the change since Acme-11 is made of", "Who it is",
                 "Evidence that quality fell", "Bob: alarm on ", "Ann: no alarm",
                 "How unusual the images are"):  # fmt: skip
        assert part in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_equal_reports_give_equal_pages(drifting: DriftReport) -> None:
    again = report_of(production(falling, batches=16))
    assert drift_page(again) == drift_page(drifting)


def test_names_are_escaped(drifting: DriftReport) -> None:
    evil = "<script>alert(1)</script>\u202e"
    made = production(falling, vendors=(evil,), batches=16)
    report = report_of(made)
    page = drift_page(report)
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "\u202e" not in shown(report, terminal=False)
    assert headline_of(drifting) == "Acme drifts."


def test_the_rate_of_false_alarms_counts_every_chart(drifting: DriftReport) -> None:
    sentence = false_alarms_of(drifting)
    assert "one false alarm is to be expected in 200 batches over all 5 quality charts" in sentence


def test_unknown_numbers_are_null(young: DriftReport) -> None:
    chart = drift_document(young)["vendors"][0]["charts"][0]
    assert chart["points"][0]["expected"] is None
    assert chart["change"]["value"] is None


@pytest.mark.parametrize("value", [0.5, 3.0])
def test_metrics_beyond_one_are_not_called_points(value: float) -> None:
    made = production(batches=12)
    scaled = tuple(
        replace(b, images=tuple(replace(i, score=i.score * value * 2) for i in b.images))
        for b in made.batches
    )
    text = shown(report_of(replace(made, batches=scaled)), terminal=False)
    assert ("points" in text) == (value < 1)
    assert not math.isnan(value)
