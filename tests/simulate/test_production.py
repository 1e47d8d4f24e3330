"""A simulated production is complete on disk, and drifts as it says."""

import csv
import hashlib
import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from assay.errors import ParameterError, SourceError
from assay.formats import open_delivery, read_ontology
from assay.formats.strata import read_strata
from assay.metrics import Pair
from assay.metrics.overlap import mean_iou
from assay.simulate.producers import (
    NORTHLIGHT,
    PIXELFORGE,
    ImageShift,
    Producer,
    hand_of,
)
from assay.simulate.production import simulate_production
from assay.simulate.street import STREET
from assay.sourcing import Vendor

BATCHES, IMAGES, GOLD = 3, 4, 2
DRIFTING = replace(
    NORTHLIGHT,
    hands=(hand_of("Ada", 0.5, 1), hand_of("Ben", 0.5, 2, later_px=4.0, changes_at=2)),
)
LATE = replace(PIXELFORGE, first_batch=2)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("productions") / "production"
    simulate_production(
        target,
        batches=BATCHES,
        images=IMAGES,
        gold_share=GOLD / IMAGES,
        height=48,
        width=96,
        producers=(DRIFTING, LATE),
        shift=ImageShift(3, {"city rain": 1.0}),
    )
    return target


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_drift_file_lists_every_batch_in_order_of_time(production: Path) -> None:
    file = tomllib.loads((production / "DRIFT.toml").read_text(encoding="utf-8"))
    vendors = [entry["vendor"] for entry in file["batch"]]
    assert vendors == ["Northlight", *["Northlight", "Pixelforge"] * 2]
    dates = [entry["date"] for entry in file["batch"]]
    assert dates == sorted(dates)
    assert all(isinstance(date, datetime) and date.tzinfo for date in dates)
    paths = [entry["delivery"] for entry in file["batch"]]
    for path in (*paths, file["ontology"], file["reference"], file["images"], file["strata"]):
        assert (production / path).exists()


def test_the_ontology_file_is_the_ontology(production: Path) -> None:
    assert read_ontology(production / "ontology.toml") == STREET


def test_gold_of_a_week_is_the_same_for_all_vendors_and_the_rest_is_not(production: Path) -> None:
    gold = set(open_delivery(production / "reference", STREET).keys)
    assert len(gold) == BATCHES * GOLD
    first = set(open_delivery(production / "batches" / "northlight-02.zip", STREET).keys)
    second = set(open_delivery(production / "batches" / "pixelforge-02", STREET).keys)
    assert len(first) == len(second) == IMAGES
    assert first & gold == second & gold == first & second
    assert len(first & gold) == GOLD


def test_numbers_tell_neither_gold_nor_date(production: Path) -> None:
    gold = open_delivery(production / "reference", STREET).keys
    numbers = sorted(int(key.rpartition("-")[2]) for key in gold)
    assert numbers != list(range(1, len(gold) + 1))


def test_every_image_has_its_annotator_photograph_and_stratum(production: Path) -> None:
    strata = read_strata(production / "strata.csv")
    table = rows(production / "annotators.csv")
    assert len(table) == IMAGES * 5
    for row in table:
        assert (production / "images" / f"{row['item']}.jpg").is_file()
        assert row["item"] in strata
    northlight = [row["annotator"] for row in table if row["delivery"] == "northlight-01"]
    assert sorted(northlight) == ["Ada", "Ada", "Ben", "Ben"]


def test_images_shift_when_they_are_said_to(production: Path) -> None:
    strata = read_strata(production / "strata.csv")
    last = open_delivery(production / "batches" / "northlight-03.zip", STREET).keys
    assert {strata[key] for key in last} == {"city rain"}
    assert rows(production / "known-drift.csv")[-1]["first_date"] == "2026-01-19T09:00:00+00:00"


def test_the_drifting_annotator_gets_worse_and_nobody_else(production: Path) -> None:
    truth = open_delivery(production / "reference", STREET)
    table = {(row["delivery"], row["item"]): row["annotator"] for row in table_of(production)}
    scores: dict[tuple[str, bool], list[float]] = {}
    for batch in ("northlight-01", "northlight-02"):
        delivery = open_delivery(production / "batches" / f"{batch}.zip", STREET)
        for key in truth.key_set & delivery.key_set:
            reference, candidate = truth.read(key).label_map, delivery.read(key).label_map
            assert reference is not None
            assert candidate is not None
            score = float(mean_iou(Pair(reference, candidate, STREET).confusion))
            later = batch.endswith("02")
            scores.setdefault((table[batch, key], later), []).append(score)
    changed = rows(production / "known-drift.csv")[0]
    assert (changed["annotator"], changed["first_batch"]) == ("Ben", "2")
    assert np.mean(scores["Ben", True]) < np.mean(scores["Ben", False]) - 0.2
    assert abs(np.mean(scores["Ada", True]) - np.mean(scores["Ada", False])) < 0.15


def table_of(production: Path) -> list[dict[str, str]]:
    return rows(production / "annotators.csv")


def test_equal_arguments_write_equal_bytes(tmp_path: Path) -> None:
    digests = []
    for name in ("one", "two"):
        simulate_production(tmp_path / name, batches=1, images=2, height=32, width=64, seed=7)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    assert digests[0] == digests[1]


def test_an_interrupted_simulation_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        del total
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_production(
            tmp_path / "p", batches=1, images=2, height=32, width=64, progress=interrupt
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batches": 0}, "0 batches"),
        ({"images": 0}, "with 0 images"),
        ({"gold_share": 1.5}, "gold_share is 1.5"),
        ({"producers": ()}, "at least one"),
        ({"producers": (NORTHLIGHT, NORTHLIGHT)}, "each with its own name"),
    ],
)
def test_mistakes_are_named(wrong: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=message):
        simulate_production(tmp_path / "p", **wrong)  # type: ignore[arg-type]  # one wrong value each
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="exists and is not overwritten"):
        simulate_production(tmp_path)


def test_a_vendor_without_annotators_is_refused() -> None:
    with pytest.raises(ParameterError, match="no annotator"):
        Producer(Vendor("Empty"), (), "coco")


def test_a_shift_to_nothing_is_refused() -> None:
    with pytest.raises(ParameterError, match="one above 0"):
        ImageShift(2, {"city day": 0.0})
