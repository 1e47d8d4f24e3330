"""A simulated pilot is complete on disk, and its vendors are as good as they are said to be."""

import csv
import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assay.delivery import Severity
from assay.errors import ParameterError, SourceError
from assay.formats import open_delivery, read_ontology
from assay.formats.strata import read_strata
from assay.labels import LabelMap
from assay.metrics.overlap import mean_iou
from assay.metrics.pair import Pair
from assay.metrics.registry import MEASURES
from assay.simulate.pilot import delivery_name, simulate_pilot
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.simulate.vendors import (
    DEFAULT_VENDORS,
    NORTHLIGHT,
    PIXELFORGE,
    QUICKMASK,
    SECOND_EXPERT,
    TRUE_RANKING,
    SimulatedVendor,
)
from assay.sourcing import Money, PilotTerms, Vendor

IMAGES = 9
KEYS = tuple(f"street-{number:04d}" for number in range(1, IMAGES + 1))


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pilots") / "pilot"
    simulate_pilot(target, images=IMAGES)
    return target


@pytest.fixture(scope="module")
def truths() -> dict[str, LabelMap]:
    return {key: draw_scene(256, 512, seed=1, index=index).truth for index, key in enumerate(KEYS)}


def read_all(path: Path) -> dict[str, LabelMap]:
    """Return the readable items of a delivery."""
    delivery = open_delivery(path, STREET)
    maps = {item.key: item.reading.label_map for item in delivery}
    return {key: label_map for key, label_map in maps.items() if label_map is not None}


def score(truths: dict[str, LabelMap], delivered: dict[str, LabelMap]) -> float:
    """Return the mean IoU of a delivery; an item that is absent counts as unlabelled."""
    measure = MEASURES.get("overlap")
    counts = []
    for key, truth in truths.items():
        candidate = delivered.get(key, LabelMap.filled(*truth.shape))
        counts.append(measure.count(Pair(truth, candidate, STREET), measure.parameters()))
    return float(mean_iou(np.sum(counts, axis=0)))


def content(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_pilot_file_names_everything(pilot: Path) -> None:
    terms = PilotTerms.from_toml((pilot / "PILOT.toml").read_text(encoding="utf-8"))
    assert [bid.vendor for bid in terms.bids] == [entry.vendor for entry in DEFAULT_VENDORS]
    assert [bid.format for bid in terms.bids] == [entry.format for entry in DEFAULT_VENDORS]
    assert terms.further_references == ("reference-expert-2",)
    paths = [bid.delivery for bid in terms.bids]
    for path in (terms.ontology, terms.reference, terms.images, terms.strata, *paths):
        assert path is not None
        assert (pilot / path).exists()


def test_the_ontology_file_is_the_ontology(pilot: Path) -> None:
    assert read_ontology(pilot / "ontology.toml") == STREET


def test_the_reference_is_the_truth(pilot: Path, truths: dict[str, LabelMap]) -> None:
    assert read_all(pilot / "reference") == truths


def test_every_image_has_its_photograph_and_stratum(pilot: Path) -> None:
    strata = read_strata(pilot / "strata.csv")
    assert tuple(strata) == KEYS
    for index, key in enumerate(KEYS):
        scene = draw_scene(256, 512, seed=1, index=index)
        assert strata[key] == scene.stratum.name
        with Image.open(pilot / "images" / f"{key}.jpg") as photograph:
            pixels = np.asarray(photograph).astype(int)
        assert np.abs(pixels - scene.photograph).mean() < 4


@pytest.mark.parametrize("entry", DEFAULT_VENDORS, ids=lambda entry: entry.vendor.name)
def test_deliveries_hold_what_the_annotator_drew(
    entry: SimulatedVendor, pilot: Path, truths: dict[str, LabelMap]
) -> None:
    delivered = read_all(pilot / delivery_name(entry))
    assert len(delivered) == IMAGES - entry.left_out - entry.broken
    for index, key in enumerate(KEYS):
        if key in delivered:
            drawn = entry.annotator.annotate(truths[key], index, STREET)
            # Nobody delivers void where a format cannot say it; scores do not look there.
            scored = truths[key].to_dense() < STREET.first_void
            np.testing.assert_array_equal(
                delivered[key].to_dense()[scored], drawn.to_dense()[scored]
            )


def test_deliveries_come_in_different_formats(pilot: Path) -> None:
    found = {open_delivery(pilot / delivery_name(v), STREET).format for v in DEFAULT_VENDORS}
    assert len(found) == len(DEFAULT_VENDORS)
    assert zipfile.is_zipfile(pilot / delivery_name(PIXELFORGE))


def test_one_vendor_leaves_an_image_out(pilot: Path) -> None:
    delivery = open_delivery(pilot / delivery_name(QUICKMASK), STREET)
    assert set(KEYS) - set(delivery.keys) == {"street-0005"}


def test_one_file_is_broken(pilot: Path) -> None:
    readings = {
        item.key: item.reading for item in open_delivery(pilot / delivery_name(PIXELFORGE), STREET)
    }
    broken = [key for key, reading in readings.items() if reading.label_map is None]
    assert broken == ["street-0004"]
    assert readings["street-0004"].findings[0].severity is Severity.ERROR


@pytest.mark.parametrize("seed", [1, 2])
def test_vendors_rank_as_their_faults_deserve(seed: int, tmp_path: Path) -> None:
    simulate_pilot(tmp_path / "pilot", images=8, seed=seed)
    truths = read_all(tmp_path / "pilot" / "reference")
    scores = {
        entry.vendor.name: score(truths, read_all(tmp_path / "pilot" / delivery_name(entry)))
        for entry in DEFAULT_VENDORS
    }
    assert tuple(sorted(scores, key=lambda name: -scores[name])) == TRUE_RANKING
    expert = score(truths, read_all(tmp_path / "pilot" / "reference-expert-2"))
    assert expert > scores[TRUE_RANKING[0]]
    assert expert < 1


def test_the_second_expert_differs_a_little(pilot: Path, truths: dict[str, LabelMap]) -> None:
    second = read_all(pilot / "reference-expert-2")
    for index, key in enumerate(KEYS):
        assert second[key] == SECOND_EXPERT.annotate(truths[key], index, STREET)
    assert 0.85 < score(truths, second) < 0.97


def test_known_faults_are_written_down(pilot: Path, truths: dict[str, LabelMap]) -> None:
    with (pilot / "known-faults.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == IMAGES * sum(len(entry.annotator.faults) for entry in DEFAULT_VENDORS)
    deeds = PIXELFORGE.annotator.work(truths[KEYS[2]], 2, STREET).deeds
    mine = [row for row in rows if row["vendor"] == "Pixelforge" and row["item"] == KEYS[2]]
    assert [(row["fault"], int(row["changed_px"]), int(row["objects"])) for row in mine] == [
        (deed.fault, deed.changed_px, deed.objects) for deed in deeds
    ]


def test_equal_arguments_write_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate_pilot(tmp_path / name, images=2, height=64, width=128, seed=7)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_progress_reaches_its_total(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    simulate_pilot(
        tmp_path / "pilot",
        images=2,
        height=48,
        width=96,
        progress=lambda done, total: steps.append((done, total)),
    )
    # Two images, drawn once, and labelled by the second expert and three vendors.
    assert steps == [(done, 10) for done in range(1, 11)]


def test_a_single_image_is_delivered_whole_by_all(tmp_path: Path) -> None:
    simulate_pilot(tmp_path / "pilot", images=1, height=48, width=96)
    for entry in DEFAULT_VENDORS:
        assert len(read_all(tmp_path / "pilot" / delivery_name(entry))) == 1


def test_an_interrupted_simulation_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        del total
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_pilot(tmp_path / "pilot", images=2, height=48, width=96, progress=interrupt)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="exists and is not overwritten"):
        simulate_pilot(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no folder .*nowhere.* Make it first"):
        simulate_pilot(tmp_path / "nowhere" / "pilot")


def test_a_frame_too_small_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no room for a street"):
        simulate_pilot(tmp_path / "pilot", height=8)
    assert not list(tmp_path.iterdir())


def test_no_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="0 images shows nothing"):
        simulate_pilot(tmp_path / "pilot", images=0)


def test_vendors_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="each with its own name"):
        simulate_pilot(tmp_path / "pilot", vendors=(NORTHLIGHT, NORTHLIGHT))


def test_two_currencies_are_refused(tmp_path: Path) -> None:
    dollars = replace(QUICKMASK, vendor=Vendor("Other", Money("USD", 100)))
    with pytest.raises(ParameterError, match="EUR and USD"):
        simulate_pilot(tmp_path / "pilot", vendors=(NORTHLIGHT, dollars))
