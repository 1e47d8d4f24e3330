"""``assay drift`` on a small production, right and wrong."""

import json
import shutil
from pathlib import Path

import pytest

from assay.simulate.production import simulate_production
from cli.conftest import Run


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drift") / "production"
    simulate_production(folder, batches=8, images=3, gold_share=0.7, height=32, width=64)
    return folder


@pytest.fixture
def made(simulated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(simulated, tmp_path / "production"))


def test_facts_go_to_the_pipe_and_forms_to_their_files(
    simulated: Path, tmp_path: Path, run: Run
) -> None:
    outputs = [tmp_path / f"out.{kind}" for kind in ("json", "html", "csv")]
    options = [part for path in outputs for part in (f"--{path.suffix[1:]}", path)]
    done = run("drift", simulated / "DRIFT.toml", "--workers", 1, *options)
    assert done.code == 0, done.err
    assert "one false alarm is to be expected in 200 batches" in done.out
    document = json.loads(outputs[0].read_text(encoding="utf-8"))
    assert document["schema"] == "assay.drift/1"
    assert [vendor["name"] for vendor in document["vendors"]] == ["Northlight", "Pixelforge"]
    assert len(document["vendors"][0]["batches"]) == 8
    assert document["vendors"][0]["batches"][0]["gold"] == 2
    assert outputs[1].read_text(encoding="utf-8").startswith("<!doctype html>")
    assert outputs[2].read_text(encoding="utf-8").startswith("vendor,chart,name,")


def test_json_on_standard_output_is_alone_there(simulated: Path, run: Run) -> None:
    done = run("drift", simulated / "DRIFT.toml", "--json", "-", "--workers", 1)
    assert json.loads(done.out)["name"].startswith("Simulated production")


def test_gold_that_a_batch_should_hold_is_missed(made: Path, run: Run) -> None:
    # Last week's delivery once more: none of this week's gold is in it.
    shutil.copy(made / "batches" / "northlight-01.zip", made / "batches" / "northlight-02.zip")
    done = run("drift", made / "DRIFT.toml", "--workers", 1, "--fail-on", "error")
    assert done.code == 1
    assert "findings: 2 errors" in done.out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('reference = "reference"', 'reference = "nowhere"', "nowhere"),
        ('ontology = "ontology.toml"', 'ontology = "gone.toml"', "gone.toml"),
        ('annotators = "annotators.csv"', 'annotators = "strata.csv"', "needs item and annotator"),
        ("baseline_batches = 6", 'metric = "iou"', "classes one by one"),
        ("baseline_batches = 6", 'metric = "mean_uoi"', "mean_iou"),
        ("batches/northlight-01.zip", "batches/northlight-99.zip", "northlight-99"),
    ],
)
def test_mistakes_are_named(old: str, new: str, message: str, made: Path, run: Run) -> None:
    file = made / "DRIFT.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new), encoding="utf-8")
    done = run("drift", file, "--workers", 1)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""


def test_a_missing_file_is_named(tmp_path: Path, run: Run) -> None:
    done = run("drift", tmp_path / "DRIFT.toml")
    assert done.code == 2
    assert "no drift file" in done.err


def test_a_seed_below_zero_is_refused(simulated: Path, run: Run) -> None:
    done = run("drift", simulated / "DRIFT.toml", "--seed", -1)
    assert done.code == 2
    assert "0 or more" in done.err


def test_simulating_says_what_to_do_next(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "p"
    done = run("simulate", target, "--kind", "production", "--batches", 1, "--images", 1,
               "--height", 32, "--width", 64)  # fmt: skip
    assert done.code == 0
    assert f"assay drift {target / 'DRIFT.toml'}" in done.out


def test_an_unknown_kind_is_refused(tmp_path: Path, run: Run) -> None:
    done = run("simulate", tmp_path / "p", "--kind", "auction")
    assert done.code == 2
    assert "pilot or production" in done.err
