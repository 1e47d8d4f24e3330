"""The page, the document, the table and the terminal form of a report of agreement."""

import csv
import io
import json
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from assay.assess.agree import agree
from assay.assess.panel import Panel
from assay.render.agreement.csv import agreement_csv
from assay.render.agreement.document import agreement_document
from assay.render.agreement.mixups import mixup_table, worst_mixups
from assay.render.agreement.page import agreement_page, rank_items
from assay.render.agreement.sentences import reading_of, support_of, verdict_of
from assay.render.agreement.terminal import show_agreement
from assay.render.document import dump, read_schema
from assay.report.agreement import AgreementReport
from assess.deliveries import in_memory
from render.pages import Page

HOSTILE = '<script>alert("x")</script> \u202egnp {{ 7 * 7 }}'
MAPS = {
    "ann": {"a": "1122 1122", "b": "1133 1133", "c": "2222 2222", "d": "1122 3333"},
    "bob": {"a": "1122 1122", "b": "1113 1133", "c": "2222 2222", "d": "1122 3333"},
    HOSTILE: {"a": "1222 1222", "b": "1...  1133", "d": "2222 2333"},
}


@cache
def example(*names: str) -> AgreementReport:
    panel = Panel(tuple(in_memory(name, MAPS[name]) for name in names or MAPS))
    return agree(panel, strata={"a": "day", "b": "day", "c": "night"}, workers=1)


@cache
def empty() -> AgreementReport:
    return agree(Panel((in_memory("x", {"a": "12"}), in_memory("y", {"b": "12"}))), workers=1)


REPORTS: dict[str, Callable[[], AgreementReport]] = {
    "three": lambda: example(*MAPS),
    "two": lambda: example("ann", "bob"),
    "none in common": empty,
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_document_follows_its_schema(name: str) -> None:
    schema = read_schema("agreement-1")
    Draft202012Validator.check_schema(schema)
    document = json.loads(dump(agreement_document(REPORTS[name]())))
    Draft202012Validator(schema).validate(document)
    assert set(document) == set(schema["required"])


def test_the_document_says_what_the_report_says() -> None:
    report = example()
    document = agreement_document(report)
    assert document["schema"] == "assay.agreement/1"
    assert document["scores"]["krippendorff_alpha"]["value"] == (
        report.scores["krippendorff_alpha"].value
    )
    assert document["distance"]["name"] == "nominal"
    assert [entry["images"] for entry in document["annotators"]] == [4, 4, 3]
    assert {(pair["first"], pair["second"]) for pair in document["pairs"]} == {
        ("ann", "bob"), ("ann", HOSTILE), ("bob", HOSTILE),
    }  # fmt: skip
    assert document["coincidences"]["values"] == ["unlabelled", "road", "car", "person"]
    assert sorted(document["clusters"]["order"]) == sorted(MAPS)


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_whole_and_safe(name: str) -> None:
    html = agreement_page(REPORTS[name]())
    page = Page(html)
    assert page.open == []
    assert len(page.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")}
    assert links <= set(ids)
    assert not page.all("script")
    assert "alert(" not in re.sub(r"&lt;script&gt;alert\(", "", html)
    assert not re.search(r"(?:src|href)=.?https?:", html)
    assert "nan" not in page.text.lower().split()


def test_the_page_shows_the_tree_the_matrix_and_who_stands_apart() -> None:
    page = Page(agreement_page(example()))
    assert "Who is like whom" in page.words
    assert "Nobody stands apart" in page.words or "stands apart" in page.words
    paths = [path["d"] for path in page.all("path") if path.get("class") == "curve tone-1"]
    assert len(paths) >= 2
    assert f"{example().pair(0, 1).scores['pairwise_iou'].value:.3f}" in page.words


def test_equal_reports_give_equal_pages() -> None:
    again = agree(
        Panel(tuple(in_memory(name, maps) for name, maps in MAPS.items())),
        strata={"a": "day", "b": "day", "c": "night"},
        workers=2,
    )
    assert agreement_page(again) == agreement_page(example())
    assert dump(agreement_document(again)) == dump(agreement_document(example()))


def test_the_table_has_a_row_for_each_thing_that_was_scored() -> None:
    rows = list(csv.DictReader(io.StringIO(agreement_csv(example()))))
    levels = [row["level"] for row in rows]
    assert [levels.count(level) for level in ("all", "class", "stratum", "annotator", "pair")] == [
        1, 3, 2, 3, 3,
    ]  # fmt: skip
    assert levels.count("image") == 4
    assert float(rows[0]["pairwise_iou"]) == example().scores["pairwise_iou"].value
    assert rows[0]["krippendorff_alpha_low"]


def shown(report: AgreementReport, *, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=160, legacy_windows=False)
    show_agreement(report, console)
    return out.getvalue()


@pytest.mark.parametrize("name", REPORTS)
def test_a_terminal_gets_tables_and_a_pipe_gets_facts(name: str) -> None:
    report = REPORTS[name]()
    assert "IoU of each two annotators" in shown(report, terminal=True)
    lines = shown(report, terminal=False)
    assert "krippendorff_alpha: " in lines
    assert "\u202e" not in lines
    assert "\x1b" not in lines


def test_images_are_ranked_from_the_least_agreed() -> None:
    ranked = rank_items(example().items)
    values = [item.scores["pairwise_iou"] for item in ranked]
    assert values == sorted(values)
    assert math.isnan(rank_items(empty().items)[0].scores.get("pairwise_iou", math.nan))


def test_mixups_are_shares_of_what_was_said() -> None:
    report = example()
    worst = worst_mixups(report)
    assert sum(mixup.of_all for mixup in worst) == pytest.approx(1)
    assert {worst[0].one, worst[0].other} == {"road", "car"}
    for row in mixup_table(report).shares:
        assert sum(row) == pytest.approx(1)


def test_sentences_say_what_cannot_be_said() -> None:
    assert verdict_of(empty()) == "No image was labelled by two of the 2 annotators."
    flat = agree(Panel((in_memory("x", {"a": "11"}), in_memory("y", {"a": "11"}))), workers=1)
    assert "no alpha" in verdict_of(flat)
    assert reading_of(flat) == ""
    lone = agree(Panel((in_memory("x", {"a": "12"}), in_memory("y", {"a": "12"}))), workers=1)
    assert "do not exclude less" in reading_of(lone)
    assert any("100.0" in sentence for sentence in support_of(flat))


def test_the_documentation_names_every_field_of_the_document() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "agreement.md").read_text("utf-8")
    _, _, section = text.partition("\n## The JSON document\n")
    named = set(re.findall(r"`(\w+)`", section.partition("\n## ")[0]))
    schema = read_schema("agreement-1")
    assert set(schema["properties"]) - {"schema"} <= named
    for field in ("annotators", "pairs", "items", "classes", "strata"):
        assert set(schema["properties"][field]["items"]["required"]) <= named, field
    assert set(schema["properties"]["plan"]["required"]) <= named
