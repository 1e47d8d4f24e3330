"""``assay evaluate`` end to end: what it writes, what it says, and the code that it leaves with."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cli.conftest import Run
from cli.running import run_process

#: Keys that the document promises to every script that reads it.
PROMISED = {
    "schema", "items", "pixel_accuracy", "mean_iou", "classes", "confusion", "error_anatomy",
    "severe_errors", "findings",
}  # fmt: skip
PROMISED_OF_CLASS = {"name", "iou", "dice", "boundary_iou", "support_px"}
PROMISED_OF_FINDING = {"rule", "severity", "item", "message", "remedy"}


def arguments(pilot: Path, candidate: str = "delivery-northlight") -> list[str | Path]:
    return ["evaluate", pilot / "reference", pilot / candidate, "--ontology",
            pilot / "ontology.toml"]  # fmt: skip


def document(run: Run, *given: str | Path) -> dict[str, Any]:
    outcome = run(*given, "--json", "-")
    assert outcome.code == 0, outcome.err
    read: dict[str, Any] = json.loads(outcome.out)
    return read


def rules(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(entry["severity"], entry["rule"], entry["item"]) for entry in found["findings"]]


def test_the_document_has_every_promised_key(simulated: Path, run: Run) -> None:
    found = document(run, *arguments(simulated, "delivery-quickmask"))
    assert found.keys() >= PROMISED
    assert found["schema"] == "assay.report/1"
    assert found["items"] == 4
    assert all(entry.keys() >= PROMISED_OF_CLASS for entry in found["classes"])
    assert found["findings"]
    assert all(entry.keys() >= PROMISED_OF_FINDING for entry in found["findings"])
    names = [entry["name"] for entry in found["classes"]]
    assert found["confusion"]["classes"] == names
    assert np.shape(found["confusion"]["counts"]) == (len(names), len(names) + 1)


def test_the_anatomy_counts_every_wrong_pixel_of_the_confusion_once(
    simulated: Path, run: Run
) -> None:
    found = document(run, *arguments(simulated))
    counts = np.array(found["confusion"]["counts"])
    wrong = counts.sum() - np.trace(counts)
    assert wrong > 0
    assert sum(found["error_anatomy"].values()) == wrong
    assert found["pixel_accuracy"] == pytest.approx(1 - wrong / counts.sum())


def test_the_reference_against_itself_is_perfect(simulated: Path, run: Run) -> None:
    found = document(run, *arguments(simulated, "reference"))
    assert found["pixel_accuracy"] == found["mean_iou"] == 1
    assert found["findings"] == []


def test_json_on_standard_output_is_the_only_thing_written(simulated: Path) -> None:
    outcome = run_process(*arguments(simulated), "--json", "-")
    assert outcome.code == 0
    assert outcome.err == ""
    assert json.loads(outcome.out)["items"] == 4
    assert outcome.out.endswith("}\n")


def test_a_pipe_gets_plain_lines_without_escape_codes_or_progress(simulated: Path) -> None:
    outcome = run_process(*arguments(simulated), env={"TERM": "xterm-256color"})
    assert outcome.code == 0
    assert outcome.err == ""
    assert "mean_iou: " in outcome.out
    assert "\x1b" not in outcome.out
    assert "\r" not in outcome.out


def test_a_log_in_ascii_ends_no_judgement(simulated: Path) -> None:
    outcome = run_process(*arguments(simulated), env={"PYTHONIOENCODING": "ascii"})
    assert outcome.code == 0
    assert "mean_iou: " in outcome.out


def test_several_workers_write_the_same_bytes_as_one(simulated: Path, run: Run) -> None:
    one, two = (
        run(*arguments(simulated), "--json", "-", "--workers", workers).out for workers in "12"
    )
    assert one == two
    assert one


def test_all_forms_are_written_together(simulated: Path, tmp_path: Path, run: Run) -> None:
    outcome = run(
        *arguments(simulated), "--images", simulated / "images", "--json", tmp_path / "r.json",
        "--html", tmp_path / "r.html", "--csv", tmp_path / "r.csv",
    )  # fmt: skip
    assert outcome.code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.html", "r.json"]
    assert "mean_iou: " in outcome.out
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))
    assert len({row["item"] for row in rows}) == 4
    assert len(json.loads((tmp_path / "r.json").read_text("utf-8"))["worst_images"]) == 4


def test_a_missing_item_is_an_error_and_counts_as_unlabelled(pilot: Path, run: Run) -> None:
    (pilot / "delivery-northlight" / "street-0002.png").unlink()
    found = document(run, *arguments(pilot))
    assert rules(found) == [("error", "missing-item", "street-0002")]
    image = found["images"][1]
    assert (image["status"], image["pixel_accuracy"]) == ("missing", 0)
    assert np.array(found["confusion"]["counts"])[:, -1].sum() >= image["scored_px"] > 0


def test_an_unreadable_item_is_an_error_and_counts_as_unlabelled(pilot: Path, run: Run) -> None:
    (pilot / "delivery-northlight" / "street-0002.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    found = document(run, *arguments(pilot))
    assert [(kind, item) for kind, _, item in rules(found)] == [("error", "street-0002")]
    assert found["images"][1]["status"] == "unreadable"
    assert found["images"][1]["pixel_accuracy"] == 0


def test_an_item_of_another_size_is_never_resized(pilot: Path, run: Run) -> None:
    path = pilot / "delivery-northlight" / "street-0002.png"
    with Image.open(path) as image:
        image.crop((0, 0, 127, 64)).save(path)
    found = document(run, *arguments(pilot))
    assert rules(found) == [("error", "wrong-size", "street-0002")]
    assert "64×128 px, candidate 64×127 px" in found["findings"][0]["message"]
    assert found["images"][1]["status"] == "wrong_size"


def test_an_extra_item_is_a_warning_and_not_scored(pilot: Path, run: Run) -> None:
    folder = pilot / "delivery-northlight"
    shutil.copy(folder / "street-0001.png", folder / "street-0099.png")
    found = document(run, *arguments(pilot))
    assert rules(found) == [("warning", "extra-item", "street-0099")]
    assert found["items"] == 4


def test_an_id_outside_the_ontology_is_an_error_that_names_it(pilot: Path, run: Run) -> None:
    path = pilot / "delivery-northlight" / "street-0001.png"
    Image.fromarray(np.full((64, 128), 222, np.uint8)).save(path)
    found = document(run, *arguments(pilot))
    assert ("error", "undeclared-class", "street-0001") in rules(found)
    assert any("222" in entry["message"] for entry in found["findings"])
    assert found["images"][0]["pixel_accuracy"] == 0


def test_leaving_out_every_image_scores_nothing_right(pilot: Path, run: Run) -> None:
    for path in (pilot / "delivery-northlight").glob("street-000[234].png"):
        path.unlink()
    found = document(run, *arguments(pilot))
    assert [entry["status"] for entry in found["images"]] == ["scored", *["missing"] * 3]
    assert found["pixel_accuracy"] < 0.3


def test_strata_are_scored_apart(simulated: Path, run: Run) -> None:
    found = document(run, *arguments(simulated), "--strata", simulated / "strata.csv")
    assert sum(entry["items"] for entry in found["strata"]) == 4


def test_a_further_reference_is_the_human_ceiling(simulated: Path, run: Run) -> None:
    expert = simulated / "reference-expert-2"
    found = document(run, *arguments(simulated), "--further-reference", expert)
    ceiling = found["human_ceiling"]["reference-expert-2"]["mean_iou"]["value"]
    assert 0.5 < ceiling < 1


def test_a_missing_photograph_costs_only_its_picture(pilot: Path, run: Run) -> None:
    (pilot / "images" / "street-0001.jpg").unlink()
    outcome = run(*arguments(pilot), "--images", pilot / "images", "--html", pilot / "report.html")
    assert outcome.code == 0
    assert (pilot / "report.html").is_file()


def test_chosen_measures_alone_are_taken(simulated: Path, run: Run) -> None:
    found = document(run, *arguments(simulated), "--measures", "overlap")
    assert found["plan"]["measures"] == ["overlap"]
    assert found["error_anatomy"] is None
    assert "mean_boundary_iou" not in found


@pytest.mark.parametrize(
    ("limit", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_findings_above_the_limit_set_leave_with_1(
    pilot: Path, run: Run, limit: str, code: int
) -> None:
    folder = pilot / "delivery-northlight"
    shutil.copy(folder / "street-0001.png", folder / "street-0099.png")
    outcome = run(*arguments(pilot), "--fail-on", limit, "--json", "-")
    assert outcome.code == code
    # The judgement is written whatever the code.
    assert json.loads(outcome.out)["items"] == 4
