"""``assay plan`` as people use it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assay.render.document import read_schema
from cli.conftest import Run

SCHEMA = Draft202012Validator(read_schema("plan-1"))


@pytest.mark.parametrize(
    "question",
    [
        ["pilot", "0.03", "--spread", "0.1"],
        ["pilot", "0.0000001", "--spread", "0.5"],
        ["gold", "0.05"],
        ["gold", "0.05", "--batch", "1"],
        ["review", "ACCEPT.toml", "--images", "60"],
        ["lot", "1000", "--aql", "1.0"],
        ["lot", "2", "--aql", "10", "--history", "PF"],
        ["lot", "500", "--inspection", "tightened", "--history", "FFFFF"],
    ],
    ids=" ".join,
)
def test_every_answer_has_its_sentence_its_document_and_its_page(
    question: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ACCEPT.toml").write_text("[mean]\ngood = 0.9\nbad = 0.7\n")
    said = run("plan", *question)
    assert (said.code, said.err) == (0, "")
    done = run("plan", *question, "--json", "-", "--html", "page.html")
    document = json.loads(done.out)
    SCHEMA.validate(document)
    assert said.out.splitlines()[0] == document["sentence"]
    assert document["question"] == question[0]
    assert "<svg" in Path("page.html").read_text()


def test_the_spread_of_a_pilot_is_read_from_its_report(pilot: Path, run: Run) -> None:
    report = pilot / "pilot.json"
    assert run("pilot", pilot / "PILOT.toml", "--json", report).code == 0
    done = run("plan", "pilot", "0.05", "--pilot", report, "--json", "-")
    document = json.loads(done.out)
    # Northlight and Quickmask differ by tenths, from image to image by about as much.
    assert 0.01 < document["spread"] < 1


def test_wrong_use_is_one_message_and_exit_code_2(pilot: Path, run: Run) -> None:
    nothing = run("plan", "pilot", "0.03")
    assert (nothing.code, "Give --spread" in nothing.err) == (2, True)
    (pilot / "other.json").write_text("{}")
    other = run("plan", "pilot", "0.03", "--pilot", pilot / "other.json")
    assert (other.code, "is no report of a pilot" in other.err) == (2, True)
    share = run("plan", "gold", "5")
    assert (share.code, "such as 0.02" in share.err) == (2, True)
    history = run("plan", "lot", "100", "--history", "PASS")
    assert (history.code, "P for passed" in history.err) == (2, True)
    aql = run("plan", "lot", "100", "--aql", "3")
    assert (aql.code, "ISO 2859-1 has" in aql.err) == (2, True)
    terms = run("plan", "review", pilot / "PILOT.toml", "--images", "10")
    assert (terms.code, "unknown field" in terms.err) == (2, True)
