"""``assay pilot``, ``assay simulate`` and ``assay demo`` end to end."""

import json
import shutil
from pathlib import Path

import pytest

from assay.cli import demo
from assay.cli.demo import PAGES, questions
from assay.render.document import read_schema
from cli.conftest import Run
from cli.running import run_process


def test_a_pilot_is_judged_into_a_folder_of_its_own(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "report"
    outcome = run("pilot", simulated / "PILOT.toml", "--out", out)
    assert (outcome.code, outcome.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == [
        "report.csv", "report.html", "report.json",
    ]  # fmt: skip
    found = json.loads((out / "report.json").read_text("utf-8"))
    assert {vendor["name"] for vendor in found["vendors"]} == {
        "Quickmask", "Northlight", "Pixelforge",
    }  # fmt: skip
    assert found["verdict"]["sentence"] in " ".join(outcome.out.split())
    page = (out / "report.html").read_text("utf-8")
    assert all(vendor["name"] in page for vendor in found["vendors"])


def test_a_second_run_replaces_the_report_with_equal_bytes(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "report"
    read = []
    for workers in "12":
        assert run("pilot", simulated / "PILOT.toml", "--out", out, "--workers", workers).code == 0
        read.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert read[0] == read[1]


def test_json_of_a_pilot_is_the_only_thing_on_standard_output(simulated: Path) -> None:
    outcome = run_process("pilot", simulated / "PILOT.toml", "--json", "-")
    assert (outcome.code, outcome.err) == (0, "")
    assert json.loads(outcome.out).keys() >= set(read_schema("pilot-1")["required"])


def test_paths_of_a_pilot_are_relative_to_its_file(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    moved = Path(shutil.copytree(simulated, tmp_path / "a folder with spaces"))
    assert run("pilot", moved / "PILOT.toml", "--json", "-").code == 0


def test_findings_of_any_vendor_count(pilot: Path, run: Run) -> None:
    (pilot / "delivery-northlight" / "street-0001.png").unlink()
    assert run("pilot", pilot / "PILOT.toml", "--fail-on", "error", "--json", "-").code == 1


def test_a_seed_gives_the_same_pilot_again(tmp_path: Path, run: Run) -> None:
    for name in ("one", "two"):
        outcome = run("simulate", tmp_path / name, "--images", "2", "--height", "48", "--width",
                      "64", "--seed", "9")  # fmt: skip
        assert (outcome.code, outcome.err) == (0, "")
        assert f"assay pilot {tmp_path / name / 'PILOT.toml'}" in outcome.out
    first, second = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "one", tmp_path / "two")
    )
    assert first == second


def test_a_demo_that_was_made_before_is_judged_again(
    pilot: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The purchase in the service has a test of its own.
    monkeypatch.setattr(demo, "show_service", lambda *_, **__: None)
    for _ in range(2):
        outcome = run("demo", "--out", pilot)
        assert outcome.code == 0, outcome.err
        for name in PAGES:
            assert (pilot / "report" / name).is_file()
            assert str(pilot / "report" / name) in outcome.out


def test_the_demo_shows_each_command_that_it_runs(pilot: Path) -> None:
    asked = [arguments[0] for _, arguments in questions(pilot)]
    assert asked == ["pilot", "validate", "agree", "systematic", "accept"]
