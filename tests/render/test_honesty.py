"""The page, the document and the terminal form of an examination."""

import io
import json
import re
from dataclasses import replace
from functools import cache

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from assay.honesty.report import HonestyReport
from assay.render.document import dump, read_schema
from assay.render.honesty.document import honesty_document
from assay.render.honesty.page import honesty_page
from assay.render.honesty.sentences import PRINCIPLE, headline_of
from assay.render.honesty.terminal import show_honesty
from assay.simulate.cheats import CopiedWork, InflatedHours
from assay.simulate.workshop import Worker
from honesty.workshops import examined, steady
from render.pages import Page

HOSTILE = '<script>alert("x")</script> \u202egnp {{ 7 * 7 }}'


@cache
def report(kind: str) -> HonestyReport:
    if kind == "honest":
        return examined()
    return examined(
        Worker(steady("Copy", 9), (CopiedWork(0, 1.0),)),
        Worker(steady(HOSTILE, 10), (InflatedHours(4.0),)),
    )


KINDS = pytest.mark.parametrize("kind", ["honest", "odd"])


@KINDS
def test_the_document_follows_its_schema(kind: str) -> None:
    schema = read_schema("honesty-1")
    Draft202012Validator.check_schema(schema)
    document = json.loads(dump(honesty_document(report(kind))))
    Draft202012Validator(schema).validate(document)
    assert set(document) == set(schema["required"])


def test_the_document_says_what_opens_a_review_and_what_to_ask() -> None:
    document = honesty_document(report("odd"))
    flags = {flag["detector"]: flag for flag in document["flags"]}
    assert set(flags) == {"shared-outlines", "shared-errors", "excess-hours"}
    assert flags["excess-hours"]["subjects"] == [HOSTILE]
    assert flags["excess-hours"]["question"].endswith("?")
    assert flags["shared-outlines"]["adjusted_p"] is None
    first, second = flags["shared-outlines"]["sightings"][0]
    assert first["region"] == second["region"]
    assert first["item"] == second["item"]


@KINDS
def test_the_page_is_whole_and_needs_nothing(kind: str) -> None:
    page = Page(honesty_page(report(kind)))
    assert page.open == []
    assert not page.all("script")
    for image in page.all("img"):
        assert image["src"].startswith("data:image/png;base64,")
        assert image["alt"]
    assert "http" not in "".join(a.get("href", "") for a in page.all("a"))


def test_the_page_shows_a_card_for_each_question_with_its_evidence() -> None:
    page = Page(honesty_page(report("odd")))
    assert len(page.all("article")) == 3
    assert len(page.all("img")) >= 2
    assert page.words.count("Honest explanations, to be ruled out first") == 3
    assert "claims" in page.words
    assert PRINCIPLE in page.words


def test_the_page_of_honest_work_says_so_and_shows_what_was_measured() -> None:
    page = Page(honesty_page(report("honest")))
    assert "asks for a review" in page.words
    assert not page.all("article")
    assert "Not looked for" in page.words


def test_strangers_text_is_shown_and_never_run() -> None:
    html = honesty_page(report("odd"))
    assert "<script>alert" not in html
    assert "49" not in headline_of(report("odd"))
    assert "\u202e" not in html


@KINDS
@pytest.mark.parametrize("terminal", [True, False])
def test_the_terminal_says_the_headline_first_and_no_control_codes(
    kind: str, *, terminal: bool
) -> None:
    out = io.StringIO()
    show_honesty(report(kind), Console(file=out, width=100, force_terminal=terminal, no_color=True))
    text = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue())
    assert text.split()[0] in {"Nothing", "3"}
    assert "\u202e" not in text
    assert ("Ask:" in text) == (terminal and kind == "odd")


def test_equal_reports_give_equal_pages() -> None:
    again = replace(report("odd"))
    assert honesty_page(again) == honesty_page(report("odd"))
