"""Real labels, through the command: judged, and converted to every format without losing a pixel.

Of each data set a sample: what is tested is the way, not the number of files.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from assay.formats import FORMATS
from cli.running import run_here

#: Every way to write a format that may change the bytes.
WAYS = [
    *((entry.name, "") for entry in FORMATS if entry.write is not None and entry.lossless),
    ("coco", "encoding=rle-uncompressed"),
    ("coco", "encoding=polygons"),
    ("index-png", "palette=true"),
]

CAMVID = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip

#: The palette that the masks have; classes.json lists other colours.
DUBAI = {
    "building": "#3C1098", "land": "#8429F6", "road": "#6EC1E4", "vegetation": "#FEDD3A",
    "water": "#E2A929", "undocumented black": "#000000",
}  # fmt: skip


class Workplace:
    """A folder with deliveries and an ontology, and the command."""

    def __init__(
        self,
        folder: Path,
        capture: pytest.CaptureFixture[bytes],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.folder = folder
        self.capture = capture
        self.monkeypatch = monkeypatch

    def ontology(self, classes: Sequence[Mapping[str, Any]], **top: object) -> None:
        text = json.dumps({"class": classes, **top})
        (self.folder / "ontology.json").write_text(text, encoding="utf-8")

    def run(self, *given: str | Path) -> str:
        ontology = ("--ontology", self.folder / "ontology.json")
        outcome = run_here((*given, *ontology), self.capture, self.monkeypatch)
        assert outcome.code == 0, outcome.err
        return outcome.out

    def judge(self, reference: Path, candidate: Path) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self.run("evaluate", reference, candidate, "--json", "-")
        )
        return found

    def convert(self, source: Path, target: Path, name: str, option: str = "") -> str:
        settings = ("--option", option) if option else ()
        return self.run("convert", source, target, "--to", name, *settings)

    def keeps_every_pixel(self, source: Path, way: tuple[str, str]) -> None:
        """Convert there and back; the command counts the pixels that differ, and so do we."""
        there, back = self.folder / "there", self.folder / "back"
        said = self.convert(source, there, *way)
        assert "; 0 of " in said
        assert "; 0 of " in self.convert(there, back, "index-png")
        found = self.judge(source, back)
        counts = np.array(found["confusion"]["counts"])
        assert counts.sum() == np.trace(counts) > 0
        assert {image["reference_digest"] for image in found["images"]} == {
            image["candidate_digest"] for image in found["images"]
        }


@pytest.fixture
def place(
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Workplace:
    return Workplace(tmp_path, capfdbinary, monkeypatch)


@pytest.fixture
def camvid(shared_data: Path, place: Workplace) -> Path:
    """Six frames, a third of a second apart."""
    folder = place.folder / "frames"
    folder.mkdir()
    for path in sorted((shared_data / "camvid" / "valannot").iterdir())[:60:10]:
        shutil.copy(path, folder)
    place.ontology(
        [{"name": name, "id": i, "color": [i, 20 * i, 255 - i]} for i, name in enumerate(CAMVID)],
        void_ids=[11],
    )
    return folder


@pytest.fixture
def dubai(shared_data: Path, place: Workplace) -> Path:
    """Three tiles: colours, and two kinds of palette."""
    folder = place.folder / "tiles"
    folder.mkdir()
    for tile in ("Tile 1", "Tile 2", "Tile 4"):
        source = shared_data / "dubai_aerial" / tile / "masks" / "image_part_001.png"
        shutil.copy(source, folder / f"{tile}.png")
    place.ontology(
        [{"name": name, "id": i, "color": c} for i, (name, c) in enumerate(DUBAI.items(), 1)],
        unlabelled_color="#9B9B9B",
    )
    return folder


@pytest.fixture
def panoptic(shared_data: Path, place: Workplace) -> Path:
    """The segments of five photographs as maps of their categories, 133 in all."""
    source = shared_data / "coco_panoptic20"
    document = json.loads((source / "panoptic.json").read_text("utf-8"))
    folder = place.folder / "maps"
    folder.mkdir()
    for entry in document["annotations"][:5]:
        with Image.open(source / "masks" / entry["file_name"]) as image:
            red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), np.int64), 2, 0)
        segments = red + 256 * green + 65536 * blue
        ids = np.zeros(segments.shape, np.uint8)
        for segment in entry["segments_info"]:
            ids[segments == segment["id"]] = segment["category_id"]
        Image.fromarray(ids).save(folder / entry["file_name"])
    place.ontology(_categories(document["categories"]))
    return folder


def _categories(categories: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"name": entry["name"], "id": entry["id"], "color": [entry["id"], i, 255 - i]}
        for i, entry in enumerate(categories)
    ]


@pytest.fixture
def rle(shared_data: Path, place: Workplace) -> Path:
    """Ten photographs of one COCO file with 231 masks as run lengths."""
    path = place.folder / "rle.json"
    shutil.copy(shared_data / "coco_panoptic20" / "rle.json", path)
    place.ontology(_categories(json.loads(path.read_text("utf-8"))["categories"]))
    return path


@pytest.mark.parametrize("way", WAYS)
def test_frames_of_a_street_survive(camvid: Path, place: Workplace, way: tuple[str, str]) -> None:
    place.keeps_every_pixel(camvid, way)


@pytest.mark.parametrize("way", WAYS)
def test_aerial_tiles_survive(dubai: Path, place: Workplace, way: tuple[str, str]) -> None:
    place.keeps_every_pixel(dubai, way)


@pytest.mark.parametrize("way", WAYS)
def test_photographs_with_a_hundred_classes_survive(
    panoptic: Path, place: Workplace, way: tuple[str, str]
) -> None:
    place.keeps_every_pixel(panoptic, way)


@pytest.mark.parametrize("way", WAYS)
def test_coco_run_lengths_survive(rle: Path, place: Workplace, way: tuple[str, str]) -> None:
    place.keeps_every_pixel(rle, way)


def test_void_pixels_of_a_street_are_not_scored(camvid: Path, place: Workplace) -> None:
    found = place.judge(camvid, camvid)
    frames = [np.asarray(Image.open(path)) for path in sorted(camvid.iterdir())]
    assert found["scored_px"] == sum(int((frame < 11).sum()) for frame in frames)
    assert found["pixel_accuracy"] == found["mean_iou"] == 1
    support = {entry["name"]: entry["support_px"] for entry in found["classes"]}
    assert support["car"] == sum(int((frame == 8).sum()) for frame in frames)


def test_a_street_that_is_one_frame_late_gets_the_confusion_that_numpy_counts(
    camvid: Path, shared_data: Path, place: Workplace
) -> None:
    late = place.folder / "late"
    late.mkdir()
    frames = sorted((shared_data / "camvid" / "valannot").iterdir())
    for path in camvid.iterdir():
        shutil.copy(frames[[frame.name for frame in frames].index(path.name) + 1], late / path.name)
    expected = np.zeros((11, 12), np.int64)
    for path in camvid.iterdir():
        truth, other = (np.asarray(Image.open(folder / path.name)) for folder in (camvid, late))
        scored = truth < 11
        # Void in the candidate is no class: it counts as unlabelled, in the last column.
        np.add.at(expected, (truth[scored], other[scored]), 1)
    found = place.judge(camvid, late)
    assert found["confusion"]["counts"] == expected.tolist()
    wrong = int(expected.sum() - np.trace(expected[:, :11]))
    assert sum(found["error_anatomy"].values()) == wrong > 0


def test_colours_that_are_in_no_class_are_named(dubai: Path, place: Workplace) -> None:
    found = place.judge(dubai, dubai)
    assert found["findings"] == []
    place.ontology(
        [{"name": name, "id": i, "color": c} for i, (name, c) in enumerate(DUBAI.items(), 1)][:-1]
    )
    rules = {entry["rule"] for entry in place.judge(dubai, dubai)["findings"]}
    assert rules == {"undeclared-color"}
