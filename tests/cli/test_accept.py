"""``assay accept`` as people use it."""

import csv
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from assay.render.document import read_schema
from cli.conftest import Run


def arguments(pilot: Path, vendor: str = "northlight") -> list[str | Path]:
    return [
        "accept", pilot / f"delivery-{vendor}", "--ontology", pilot / "ontology.toml",
        "--terms", pilot / "ACCEPT.toml",
    ]  # fmt: skip


def test_a_pipe_gets_the_sentence_and_one_fact_a_line(pilot: Path, run: Run) -> None:
    done = run(*arguments(pilot), "--reference", pilot / "reference")
    assert done.code == 0
    lines = done.out.splitlines()
    assert any(line.startswith("mean: ") for line in lines)
    assert any(line.startswith("order: seed 20260101, batch ") for line in lines)
    assert done.err == ""


def test_the_document_follows_its_schema_and_runs_repeat_byte_for_byte(
    pilot: Path, run: Run
) -> None:
    command = [*arguments(pilot), "--reference", pilot / "reference", "--json", "-"]
    once, twice = run(*command), run(*command, "--workers", "1")
    assert once.out == twice.out
    registry: Registry[Any] = Registry().with_resource(
        "assay:report-1", Resource.from_contents(read_schema("report-1"))
    )
    document = json.loads(once.out)
    Draft202012Validator(read_schema("acceptance-1"), registry=registry).validate(document)
    assert document["items"] == 4


def test_exit_codes_say_the_verdict_where_they_are_asked_for(pilot: Path, run: Run) -> None:
    (pilot / "verdicts.csv").write_text("item,score,severe_errors\n")
    undecided = [*arguments(pilot), "--verdicts", pilot / "verdicts.csv"]
    assert run(*undecided).code == 0
    assert run(*undecided, "--exit-code").code == 3
    first = json.loads(run(*undecided, "--json", "-").out)["next"]
    for score, severe, code in ((1.0, 0, 0), (0.0, 5, 1)):
        rows = "".join(f"{key},{score},{severe}\n" for key in first)
        (pilot / "verdicts.csv").write_text("item,score,severe_errors\n" + rows)
        assert run(*undecided, "--exit-code").code == code


def test_the_table_that_comes_out_can_be_filled_in_and_handed_back(pilot: Path, run: Run) -> None:
    table = pilot / "verdicts.csv"
    assert run(*arguments(pilot), "--csv", table).code == 0
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["counted"] for row in rows] == ["next"] * 4
    rows[0] |= {"score": "0.97", "severe_errors": "0"}
    with table.open("w", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    again = run(*arguments(pilot), "--verdicts", table, "--csv", pilot / "again.csv")
    assert again.code == 0
    handed = list(csv.DictReader((pilot / "again.csv").read_text().splitlines()))
    assert (handed[0]["item"], handed[0]["counted"]) == (rows[0]["item"], "yes")


def test_wrong_use_is_one_message_and_exit_code_2(pilot: Path, run: Run) -> None:
    both = run(
        *arguments(pilot), "--reference", pilot / "reference", "--verdicts", pilot / "strata.csv"
    )
    assert (both.code, "not both" in both.err) == (2, True)
    columns = run(*arguments(pilot), "--verdicts", pilot / "strata.csv")
    assert (columns.code, "it needs item" in columns.err) == (2, True)
    (pilot / "ACCEPT.toml").write_text("[mean]\ngood = 0.5\nbad = 0.9")
    limits = run(*arguments(pilot), "--reference", pilot / "reference")
    assert (limits.code, "0 ≤ bad < good ≤ 1" in limits.err) == (2, True)
    (pilot / "ACCEPT.toml").unlink()
    absent = run(*arguments(pilot), "--reference", pilot / "reference")
    assert (absent.code, "There is no acceptance file" in absent.err) == (2, True)
