"""``assay agree`` end to end."""

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from cli.running import run_process


def people(pilot: Path) -> list[Path]:
    return [pilot / name for name in ("reference", "reference-expert-2", "delivery-quickmask")]


def test_every_form_is_written(simulated: Path, tmp_path: Path, run: Run) -> None:
    outcome = run(
        "agree", *people(simulated), "--ontology", simulated / "ontology.toml",
        "--strata", simulated / "strata.csv", "--json", tmp_path / "a.json",
        "--html", tmp_path / "a.html", "--csv", tmp_path / "a.csv",
    )  # fmt: skip
    assert (outcome.code, outcome.err) == (0, "")
    found = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert [entry["name"] for entry in found["annotators"]] == [
        "reference", "reference-expert-2", "delivery-quickmask",
    ]  # fmt: skip
    assert "Who is like whom" in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "a.csv").read_text("utf-8").startswith("level,item,")
    assert f"krippendorff_alpha: {found['scores']['krippendorff_alpha']['value']:.3f}" in (
        outcome.out
    )


def test_json_is_the_only_thing_on_standard_output_and_equal_each_time(simulated: Path) -> None:
    arguments: list[str | Path] = [
        "agree", *people(simulated), "--ontology", simulated / "ontology.toml", "--json"
    ]  # fmt: skip
    first, second = (run_process(*arguments, "-", "--workers", workers) for workers in "12")
    assert (first.code, first.err) == (0, "")
    assert json.loads(first.out)["schema"] == "assay.agreement/1"
    assert first.out == second.out


def test_outlines_can_be_left_out(simulated: Path, run: Run) -> None:
    outcome = run(
        "agree", *people(simulated), "--ontology", simulated / "ontology.toml", "--no-outlines"
    )
    assert outcome.code == 0
    assert "boundary" not in outcome.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reference"], "two or more"),
        (["reference", "reference"], "its own name"),
        (["reference", "nowhere"], "nowhere"),
        (["reference", "reference-expert-2", "--distance", "nominel"], "Did you mean nominal"),
        (["reference", "reference-expert-2", "--fail-on", "never mind"], "--fail-on"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    arguments: list[str],
    says: str,
    simulated: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(simulated)
    outcome = run("agree", *arguments, "--ontology", simulated / "ontology.toml")
    assert outcome.code == 2
    assert says in " ".join(outcome.err.split())


def test_findings_count_towards_the_exit_code(pilot: Path, run: Run) -> None:
    arguments = ("agree", *people(pilot), "--ontology", pilot / "ontology.toml", "--json", "-")
    broken = next((pilot / "reference-expert-2").glob("*.png"))
    broken.write_bytes(broken.read_bytes()[:60])
    assert run(*arguments).code == 0
    assert run(*arguments, "--fail-on", "error").code == 1
