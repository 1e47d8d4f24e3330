"""``assay suspects`` as people run it."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from assay.cli.output import STANDARD_OUTPUT
from assay.render.document import read_schema
from assay.simulate.pilot import simulate_pilot
from cli.conftest import Run


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pilot with soft maps; to be read only."""
    folder = tmp_path_factory.mktemp("suspects") / "streets"
    simulate_pilot(folder, images=3, height=96, width=192, seed=3, soft=True)
    return folder


def arguments(streets: Path, *further: str | Path) -> tuple[str | Path, ...]:
    return (
        "suspects", streets / "delivery-quickmask", "--ontology", streets / "ontology.toml",
        "--workers", "1", *further,
    )  # fmt: skip


def test_soft_maps_give_a_document_that_keeps_its_schema(run: Run, streets: Path) -> None:
    outcome = run(*arguments(streets, "--soft", streets / "soft", "--json", STANDARD_OUTPUT))
    assert (outcome.code, outcome.err) == (0, "")
    document = json.loads(outcome.out)
    jsonschema.validate(document, read_schema("suspects-1"))
    assert (document["schema"], document["evidence"]) == ("assay.suspects/1", "soft maps")
    scores = [suspect["score"] for suspect in document["suspects"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.6


def test_others_give_a_document_that_keeps_its_schema(run: Run, streets: Path) -> None:
    others = ("--others", streets / "delivery-northlight", "--others", streets / "reference")
    outcome = run(*arguments(streets, *others, "--json", "-", "--top", "5"))
    document = json.loads(outcome.out)
    jsonschema.validate(document, read_schema("suspects-1"))
    assert document["sources"] == ["delivery-northlight", "reference"]
    assert len(document["suspects"]) == 5 < document["found"]


def test_in_a_pipe_there_is_a_line_a_region(run: Run, streets: Path) -> None:
    outcome = run(*arguments(streets, "--soft", streets / "soft"))
    lines = outcome.out.splitlines()
    assert "suspect regions in 2 of 2 images" in lines[0]
    assert sum(line.startswith("1. street-") for line in lines) == 1
    assert lines[-1] == "findings: 0 errors, 0 warnings, 0 info"


def test_verdicts_in_the_csv_give_probabilities(run: Run, streets: Path, tmp_path: Path) -> None:
    table = tmp_path / "regions.csv"
    soft = ("--soft", streets / "soft")
    assert run(*arguments(streets, *soft, "--csv", table)).code == 0
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert {row["verdict"] for row in rows} == {""}
    for place, row in enumerate(rows[:60]):
        row["verdict"] = "error" if place < 40 or place % 2 else "fine"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    outcome = run(*arguments(streets, *soft, "--verdicts", table, "--json", "-"))
    document = json.loads(outcome.out)
    jsonschema.validate(document, read_schema("suspects-1"))
    assert document["calibration"]["verdicts"] == 60
    shares = [suspect["probability"] for suspect in document["suspects"]]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.9


def test_suspects_count_for_fail_on(run: Run, streets: Path) -> None:
    soft = ("--soft", streets / "soft")
    assert run(*arguments(streets, *soft, "--fail-on", "warning")).code == 1
    assert run(*arguments(streets, *soft, "--fail-on", "error")).code == 0


@pytest.mark.parametrize(
    ("further", "says"),
    [
        ((), "--soft with a model's probabilities, or --others"),
        (("--soft", "nowhere"), "There is no 'nowhere'"),
        (("--others", "reference", "--method", "regoins"), "Did you mean regions"),
        (("--others", "reference", "--set", "gap=2"), "no option 'gap'"),
        (("--others", "reference", "--set", "gap_px=many"), "give a whole number"),
        (("--others", "reference", "--set", "half_area_px=nan"), "give a number"),
        (("--others", "reference", "--fail-on", "sometimes"), "--fail-on"),
        (("--others", "reference", "--method", "confident-learning"), "takes soft maps"),
        (("--others", "reference", "--verdicts", "none.csv"), "none.csv"),
        (("--others", "reference", "--others", "reference"), "own name"),
    ],
)
def test_wrong_use_is_one_line_with_the_way_out(
    run: Run, streets: Path, further: tuple[str, ...], says: str
) -> None:
    given = [streets / text if text == "reference" else text for text in further]
    outcome = run(*arguments(streets, *given))
    assert outcome.code == 2
    assert says in outcome.err
    assert outcome.err.count("\n") == 1
