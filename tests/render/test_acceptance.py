"""Every form of an acceptance says what the report says, and nothing of a vendor's is believed."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from assay.render.acceptance.csv import acceptance_csv
from assay.render.acceptance.document import acceptance_document
from assay.render.acceptance.page import acceptance_page
from assay.render.acceptance.terminal import show_acceptance
from assay.render.document import dump
from assay.sampling.acceptance import AcceptanceReport, Batch, Look, LookedItem, Tier, judge
from assay.sampling.terms import AcceptTerms

TERMS = AcceptTerms.from_toml(
    "[mean]\ngood = 0.88\nbad = 0.8\n[severe]\ngood = 0.02\nbad = 0.2\n"
    "[[tier]]\nname = '<b>test'\ngood = 0.9\nbad = 0.5"
)
ORDER = tuple(f"<i>{number}" for number in range(60))


def example(looks: int, *, curves: bool = False, name: str = "batch <7>") -> AcceptanceReport:
    found = {key: Look(0.9 + place % 3 / 50) for place, key in enumerate(ORDER[:looks])}
    tiers = dict.fromkeys(ORDER[::2], "<b>test")
    judged = judge(Batch(ORDER, found, {}, tiers), TERMS, curves=curves)
    return AcceptanceReport(
        name,
        "index-png",
        TERMS,
        judged.verdict,
        f"A sentence about {name}.",
        judged.claims,
        tuple(
            LookedItem(key, tiers.get(key, ""), place, look, key in judged.counted)
            for place, (key, look) in enumerate(found.items(), 1)
        ),
        (),
        judged.following,
        60,
        (Tier("<b>test", 30, 1.0),),
        "f00d" * 16,
    )


@pytest.mark.parametrize("looks", [0, 1, 60])
def test_the_page_is_whole_at_every_stage_and_escapes_what_strangers_wrote(looks: int) -> None:
    page = acceptance_page(example(looks, curves=looks == 60))
    assert "batch &lt;7&gt;" in page
    assert "<b>test" not in page
    assert "<i>0" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert ("Look at next" in page) == (looks < 60)
    assert ("Probability of acceptance" in page) == (looks == 60)


def test_a_pipe_gets_plain_facts() -> None:
    out = io.StringIO()
    show_acceptance(example(5), Console(file=out, width=80))
    lines = out.getvalue().splitlines()
    assert lines[0] == "A sentence about batch <7>."
    assert "next: <i>5" in lines
    assert any(line.startswith("tier <b>test: undecided") for line in lines)


def test_a_terminal_gets_the_claims_and_what_comes_next() -> None:
    out = io.StringIO()
    show_acceptance(example(5), Console(file=out, width=140, force_terminal=True))
    text = out.getvalue()
    assert "Images with a severe error" in text
    assert "Look at these, in this order" in text


def test_shares_are_told_as_shares_of_what_is_wrong() -> None:
    out = io.StringIO()
    show_acceptance(example(60), Console(file=out, width=80))
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("severe: ")]
    assert "0.0 % (0.0 %–" in line.replace("\xa0", " ")
    assert "good 2.0 %, bad 20.0 %" in line.replace("\xa0", " ")


def test_the_document_keeps_every_bound_and_no_number_that_is_not_one() -> None:
    document = acceptance_document(example(20, curves=True))
    mean = document["claims"][0]
    assert len(mean["bounds"]["lower"]) == mean["looked_at"]
    assert mean["low"] == mean["bounds"]["lower"][-1]
    assert "NaN" not in dump(document)
    assert acceptance_document(example(0))["claims"][0]["estimate"] is None


def test_the_table_has_the_columns_of_a_verdict_table_and_no_formulas() -> None:
    report = example(2)
    report = replace(report, following=("=1+1",))
    header, *rows = acceptance_csv(report).splitlines()
    assert header == "item,place,tier,score,severe_errors,counted"
    assert rows[-1] == "'=1+1,,,,,next"
