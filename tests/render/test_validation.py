"""A validation in every form: JSON by its schema, CSV, page, terminal."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
from jsonschema import Draft202012Validator
from rich.console import Console

from assay.assess.validate import Images, Surroundings, validate
from assay.delivery import Finding, Severity
from assay.render.document import dump, read_schema
from assay.render.validation.csv import validation_csv
from assay.render.validation.document import validation_document
from assay.render.validation.page import validation_page
from assay.render.validation.terminal import show_validation
from assay.validation.plan import ValidationPlan
from assay.validation.report import ValidationReport
from assess.deliveries import in_memory

CLEAN = "1111111111 1122211111 1122211111 1111111111"
SPECKLED = "1111111111 1122211111 1122211111 1111111111 1111111131 1131111111 1111111111"
EVIL = '<script>alert("x")</script>\x1b[2J'


class Grey:
    """Photographs of one grey."""

    keys = ("a", EVIL, "d")

    def name(self, key: str) -> str | None:
        return f"{key}.png" if key in self.keys else None

    def size(self, key: str) -> tuple[int, int] | None:
        return (7, 10) if key == EVIL else None

    def __call__(self, key: str) -> np.ndarray | None:
        return np.full((7, 10, 3), 128, np.uint8) if key == EVIL else None


def example(*, images: Images | None = None, worst: int = 6) -> ValidationReport:
    odd = Finding("ignored-file", Severity.INFO, "", f"{EVIL} is not read.", "Nothing.")
    delivery = in_memory("v", {"a": CLEAN, EVIL: SPECKLED, "c": None})
    return validate(
        replace(delivery, findings=(odd,)),
        ValidationPlan(worst=worst),
        surroundings=Surroundings(images),
        workers=1,
    )


def clean() -> ValidationReport:
    return validate(in_memory("v", {"a": CLEAN}), workers=1)


def empty() -> ValidationReport:
    return validate(in_memory("v", {}), workers=1)


def checker() -> Draft202012Validator:
    schema = read_schema("validation-1")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_documents_follow_their_schema() -> None:
    for report in (example(images=Grey()), clean(), empty()):
        checker().validate(json.loads(dump(validation_document(report))))


def test_the_schema_knows_every_key_that_is_written() -> None:
    assert set(validation_document(example())) == set(read_schema("validation-1")["properties"])


def test_the_document_says_what_the_report_says() -> None:
    document = validation_document(example(images=Grey()))
    assert document["items"] == 3
    assert document["clean_items"] == 1
    rules = {rule["rule"]: (rule["faults"], rule["items"]) for rule in document["rules"]}
    assert rules["speck"] == (2, 1)
    assert rules["missing-item"] == (1, 0)
    assert rules["extra-item"] == (1, 1)
    assert {
        key: value for key, value in document["item_faults"][-1].items() if key != "faults"
    } == {"item": "c", "readable": False, "errors": 1, "warnings": 1}
    assert document["skipped"]["untouched-draft"] == "pre-annotations"
    assert document["settings"]["speck"]["least_px"] == 4


def test_the_table_has_a_row_for_each_item() -> None:
    rows = list(csv.DictReader(io.StringIO(validation_csv(example()))))
    assert [row["faults"] for row in rows] == ["2", "0", "1"]
    assert [row["speck"] for row in rows] == ["2", "0", "0"]
    assert [row["readable"] for row in rows] == ["yes", "yes", "no"]


def test_the_page_is_whole_and_escapes_what_strangers_wrote() -> None:
    page = validation_page(example(images=Grey()))
    assert "<script" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    tags: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            del attrs
            if tag not in {"meta", "link", "img", "br", "image", "rect", "line", "circle", "path"}:
                tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag in tags:
                assert tags.pop() == tag

    Balance().feed(page)
    assert tags == []


def test_the_page_shows_the_worst_items_with_their_regions() -> None:
    page = validation_page(example(images=Grey()))
    assert page.count('class="card plate"') == 1
    assert page.count('class="found named"') == 2 * 2 + 2 * 2
    assert 'href="data:image/jpeg' in page


def test_every_broken_rule_has_its_advice_or_at_least_its_remedy() -> None:
    page = validation_page(example(images=Grey()))
    for rule in ("speck", "missing-item", "ignored-file"):
        assert f'id="rule-{rule}"' in page
    assert "<h4>When it misleads</h4>" in page
    assert "<b>To mend:</b>" in page


def test_pages_of_clean_and_empty_deliveries_say_so() -> None:
    assert "No rule found a fault in 1 item of v." in validation_page(clean())
    assert "v holds no items." in validation_page(empty())


def test_equal_reports_give_equal_pages() -> None:
    assert validation_page(example()) == validation_page(example())


def printed(report: ValidationReport, *, terminal: bool) -> str:
    out = io.StringIO()
    show_validation(report, Console(file=out, force_terminal=terminal, width=100))
    return out.getvalue()


def test_a_pipe_gets_one_fact_a_line() -> None:
    lines = printed(example(), terminal=False).splitlines()
    assert "warning speck: 2 faults in 1 item" in lines
    assert lines[-1] == "clean items: 1 of 3"
    assert not any("\x1b" in line for line in lines)


def test_a_terminal_gets_tables() -> None:
    shown = printed(example(), terminal=True)
    assert "Broken rules" in shown
    assert "Worst items" in shown
    assert "█" in shown
    assert "[2J" in shown  # the vendor's control code is shown, not obeyed
    assert "\x1b[2J" not in shown
