"""``assay validate`` from the outside: output, exit codes, wrong use."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from cli.conftest import Run
from cli.running import run_process


def arguments(pilot: Path, delivery: str, *more: str | Path) -> list[str | Path]:
    return ["validate", pilot / delivery, "--ontology", pilot / "ontology.toml", *more]


def document(run: Run, *given: str | Path) -> Any:
    outcome = run(*given, "--json", "-")
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def rules_of(found: Any) -> set[str]:
    return {rule["rule"] for rule in found["rules"]}


def test_a_delivery_with_gaps_and_a_missing_image_says_so(simulated: Path, run: Run) -> None:
    given = arguments(simulated, "delivery-quickmask", "--images", simulated / "images")
    found = document(run, *given)
    assert {"gap", "missing-item"} <= rules_of(found)
    (missing,) = [f for f in found["findings"] if f["rule"] == "missing-item"]
    assert missing["item"] not in {item["item"] for item in found["item_faults"]}


def test_json_on_standard_output_is_the_only_thing_written(simulated: Path) -> None:
    outcome = run_process(*arguments(simulated, "reference"), "--json", "-", "--workers", "1")
    assert outcome.code == 0
    assert outcome.err == ""
    assert json.loads(outcome.out)["schema"] == "assay.validation/1"


def test_all_forms_are_written(simulated: Path, tmp_path: Path, run: Run) -> None:
    page, table = tmp_path / "v.html", tmp_path / "v.csv"
    given = arguments(simulated, "delivery-quickmask", "--html", page, "--csv", table)
    outcome = run(*given)
    assert outcome.code == 0
    assert "items of delivery-quickmask have faults." in outcome.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert table.read_text(encoding="utf-8").startswith("item,readable,errors,warnings,faults")


def test_twice_in_a_row_gives_the_same_bytes(simulated: Path, run: Run) -> None:
    given = arguments(simulated, "delivery-northlight")
    assert document(run, *given, "--workers", "1") == document(run, *given, "--workers", "2")


@pytest.mark.parametrize(("limit", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_exit_code_by_severity(simulated: Path, run: Run, limit: str, code: int) -> None:
    given = arguments(simulated, "delivery-quickmask", "--rules", "gap", "--fail-on", limit)
    assert run(*given).code == code


def test_rules_and_settings_are_chosen(simulated: Path, run: Run) -> None:
    given = arguments(
        simulated, "delivery-quickmask", "--rules", "gap, speck", "--set", "gap.width_px=5"
    )
    found = document(run, *given)
    assert set(found["settings"]) == {"gap", "speck"}
    assert found["settings"]["gap"] == {"width_px": 5}


def test_a_class_outside_the_ontology_is_reported(pilot: Path, run: Run) -> None:
    toml = (pilot / "ontology.toml").read_text(encoding="utf-8")
    cut = toml[: toml.rindex("[[class]]")]
    (pilot / "ontology.toml").write_text(cut, encoding="utf-8")
    found = document(run, *arguments(pilot, "delivery-northlight"))
    assert {"undeclared-class", "unlabelled-region"} <= rules_of(found)


def test_labels_of_another_size_than_the_photograph_are_found(pilot: Path, run: Run) -> None:
    photograph = next((pilot / "images").iterdir())
    with Image.open(photograph) as image:
        image.resize((64, 128)).save(photograph)
    given = arguments(pilot, "reference", "--images", pilot / "images", "--rules", "wrong-size")
    (finding,) = document(run, *given)["findings"]
    assert finding["item"] == photograph.stem
    assert "64×128 px, the photograph 128×64 px. They are turned" in finding["message"]


def test_a_renamed_file_is_found_by_a_list(pilot: Path, run: Run) -> None:
    labels = sorted((pilot / "reference").iterdir())
    wanted = pilot / "wanted.txt"
    wanted.write_text("\n".join(label.stem for label in labels) + "\n\n", encoding="utf-8")
    labels[0].rename(labels[0].with_stem(labels[0].stem.upper() + "_mask"))
    found = document(run, *arguments(pilot, "reference", "--expected", wanted))
    (renamed,) = [f for f in found["findings"] if f["rule"] == "renamed-item"]
    assert renamed["message"].startswith(f"The item seems to be {labels[0].stem} under")
    assert "missing-item" not in rules_of(found)


def test_expected_items_come_from_csv_and_folders_too(pilot: Path, run: Run) -> None:
    table = pilot / "wanted.csv"
    table.write_text("item,tier\nnowhere,gold\n", encoding="utf-8")
    given = arguments(pilot, "reference", "--expected", table, "--expected", pilot / "images")
    found = document(run, *given)
    assert [f["item"] for f in found["findings"] if f["rule"] == "missing-item"] == ["nowhere"]


def test_a_history_is_written_and_read(simulated: Path, tmp_path: Path, run: Run) -> None:
    history = tmp_path / "accepted.json"
    given = arguments(simulated, "reference", "--rules", "gap")
    assert run(*given, "--write-history", history).code == 0
    judged = arguments(simulated, "reference", "--rules", "class-mixture", "--history", history)
    refused = run(*judged)
    assert refused.code == 2
    assert "The history has 4 images; a false-alarm rate of 1.0% needs at least 99" in refused.err
    assert run(*judged, "--set", "class-mixture.false_alarms=0.2").code == 0


def test_a_delivery_serves_as_history_previous_and_draft(simulated: Path, run: Run) -> None:
    reference = simulated / "reference"
    given = arguments(
        simulated, "reference",
        "--history", reference, "--set", "class-mixture.false_alarms=0.2",
        "--previous", reference, "--preannotation", reference,
    )  # fmt: skip
    found = document(run, *given)
    assert {"repeated-labels", "untouched-draft"} <= rules_of(found)
    assert found["skipped"] == {} or set(found["skipped"].values()) <= {
        "photographs", "expected items", "shapes as drawn",
    }  # fmt: skip


def test_an_empty_archive_is_a_finding(simulated: Path, tmp_path: Path, run: Run) -> None:
    broken = tmp_path / "v.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("a.png", b"no png")
    broken.write_bytes(broken.read_bytes()[:-30])
    found = document(run, "validate", broken, "--ontology", simulated / "ontology.toml")
    assert found["items"] == 0
    assert found["rules"][0]["severity"] == "error"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--rules", "specks"], "There is no rule called 'specks'. Did you mean speck"),
        (["--set", "speck.least=3"], "speck has no parameter 'least'. Did you mean 'least_px'?"),
        (["--set", "speck.least_px=many"], "speck.least_px is 'many'; give a whole number."),
        (["--set", "speck.least_px=0"], "least_px is 0; give 1 or more pixels."),
        (["--set", "speck"], "--set is 'speck'; give RULE.PARAMETER=VALUE."),
        (["--set", "copied-shape.mirrored=maybe"], "is 'maybe'; give true or false."),
        (["--rules", "gap", "--set", "speck.least_px=3"], "speck is set but not run."),
        (["--rules", "missing-item"], "missing-item needs expected items, which were not given."),
        (["--fail-on", "bad"], "--fail-on is 'bad'; give error, warning, info or never."),
        (["--history", "nowhere"], "nowhere"),
        (["--expected", "nowhere.txt"], "There is no list of expected items"),
    ],
)
def test_wrong_use_is_refused_with_the_way_out(
    simulated: Path, run: Run, more: list[str], message: str
) -> None:
    outcome = run(*arguments(simulated, "reference", *more))
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""


def test_earlier_deliveries_of_one_name_are_told_apart(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    for day in ("monday", "tuesday"):
        shutil.copytree(simulated / "reference", tmp_path / day / "labels")
    given = arguments(
        simulated, "reference", "--rules", "repeated-labels",
        "--previous", tmp_path / "monday" / "labels", "--previous", tmp_path / "tuesday" / "labels",
    )  # fmt: skip
    messages = " ".join(finding["message"] for finding in document(run, *given)["findings"])
    assert "monday/labels" in messages
    assert "tuesday/labels" in messages


def test_findings_go_to_reviewers(simulated: Path, tmp_path: Path, run: Run) -> None:
    marked = tmp_path / "review.xml"
    given = arguments(simulated, "delivery-quickmask", "--images", simulated / "images")
    outcome = run(*given, "--export", "cvat", marked)
    assert outcome.code == 0, outcome.err
    assert "have faults" in outcome.out
    root = ET.parse(marked).getroot()
    names = [image.attrib["name"] for image in root.iter("image")]
    assert names
    assert all((simulated / "images" / name).is_file() for name in names)


def test_an_export_on_standard_output_is_the_only_thing_written(simulated: Path, run: Run) -> None:
    given = arguments(simulated, "delivery-quickmask", "--export", "label-studio", "-")
    outcome = run(*given, "--image-url", "https://photos.example/")
    (first, *_) = json.loads(outcome.out)
    assert first["data"]["image"].startswith("https://photos.example/")


@pytest.mark.parametrize(
    ("export", "says"),
    [
        (("cvatt", "x.xml"), "no export called 'cvatt'. Did you mean cvat?"),
        (("cvat", "nowhere/x.xml"), "There is no folder"),
        (("cvat", "."), "is a folder"),
    ],
)
def test_a_wrong_export_is_refused_before_any_work(
    simulated: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch,
    export: tuple[str, str], says: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    outcome = run(*arguments(simulated, "delivery-quickmask", "--export", *export))
    assert (outcome.code, says in outcome.err) == (2, True)
