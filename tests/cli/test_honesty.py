"""``assay honesty`` from the outside: output, wrong use, odd input."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from assay.simulate.workshop import WORKERS, simulate_workshop
from cli.conftest import Run

#: Ada, Ben, Cleo, and who copies Ada.
FEW = (*WORKERS[:3], WORKERS[5])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("honesty") / "workshop"
    simulate_workshop(folder, images=10, height=64, width=128, seed=2, workers=FEW)
    return folder


@pytest.fixture
def workshop(written: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(written, tmp_path / "workshop"))


def test_facts_go_to_a_pipe_one_a_line(written: Path, run: Run) -> None:
    done = run("honesty", written / "HONESTY.toml", "--workers", "1")
    assert done.code == 0, done.err
    assert done.err == ""
    lines = done.out.splitlines()
    assert "review shared-errors Ada and Copy" in done.out
    assert sum(line.startswith(("excess-hours", "shared-errors")) for line in lines) == 2
    assert any(line.startswith("not run probing: needs earlier") for line in lines)


def test_json_alone_goes_to_standard_output_and_is_the_same_twice(written: Path, run: Run) -> None:
    outs = [
        run("honesty", written / "HONESTY.toml", "--json", "-", "--workers", workers).out
        for workers in ("1", "2")
    ]
    assert outs[0] == outs[1]
    document = json.loads(outs[0])
    assert document["schema"] == "assay.honesty/1"
    assert [entry["name"] for entry in document["annotators"]] == ["Ada", "Ben", "Cleo", "Copy"]


def test_the_page_is_written(written: Path, tmp_path: Path, run: Run) -> None:
    page = tmp_path / "honesty.html"
    done = run("honesty", written / "HONESTY.toml", "--html", page, "--workers", "1")
    assert done.code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_one_annotator_alone_can_be_examined(workshop: Path, run: Run) -> None:
    file = workshop / "ONE.toml"
    file.write_text(
        'name="One"\nontology="ontology.toml"\n[[annotator]]\nname="Ada"\ndelivery="ada"\n',
        encoding="utf-8",
    )
    done = run("honesty", file, "--workers", "1")
    assert done.code == 0, done.err
    assert "Nothing in the work of Ada asks for a review." in done.out
    assert "not run shared-errors: needs three" in done.out


def test_unreadable_and_wrongly_sized_items_are_left_out(workshop: Path, run: Run) -> None:
    broken, *others = sorted((workshop / "ada").rglob("*.png"))
    broken.write_bytes(broken.read_bytes()[:60])
    (small,) = list((workshop / "ben").rglob(others[0].name))
    with Image.open(small) as image:
        image.resize((20, 10)).save(small)
    done = run("honesty", workshop / "HONESTY.toml", "--json", "-", "--workers", "1")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert [entry["images"] for entry in document["annotators"]] == [9, 9, 10, 10]
    assert {f["annotator"]: f["rule"] for f in document["findings"]} == {
        "Ada": "png-truncated",
        "Ben": "wrong-size",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('delivery = "ada"', 'delivery = "nobody"', "nobody"),
        ('gold = "gold.csv"', 'gold = "none.csv"', "no table of items"),
        ('ontology = "ontology.toml"', 'ontology = "none.toml"', "none.toml"),
        ('name = "Ada"', 'name = "Eva"', "names 'Ada', who is no annotator here"),
        ('timings = "timings.csv"', 'times = "timings.csv"', "unknown field"),
    ],
)
def test_wrong_use_is_refused_with_the_way_out(
    workshop: Path, run: Run, old: str, new: str, message: str
) -> None:
    file = workshop / "HONESTY.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    done = run("honesty", file)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err


def test_a_table_of_gold_that_names_nothing_is_refused(workshop: Path, run: Run) -> None:
    (workshop / "gold.csv").write_text("item\nstreet-0001.png\n", encoding="utf-8")
    done = run("honesty", workshop / "HONESTY.toml")
    assert done.code == 2
    assert "path without extension" in done.err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, run: Run) -> None:
    done = run("honesty", tmp_path / "none.toml")
    assert done.code == 2
    assert "no honesty file" in done.err


def test_detectors_and_cheats_explain_themselves(run: Run) -> None:
    for name in ("shared-errors", "excess-hours", "copied-work"):
        done = run("explain", name)
        assert done.code == 0
        assert done.out.startswith(f"# {name} (")
