"""A palette whose colours contradict its ids is pointed out."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assay import LabelClass, Ontology
from assay.formats import open_delivery

ONTOLOGY = Ontology((LabelClass("road", 0, (10, 20, 30)), LabelClass("car", 1, (200, 0, 0))))


def write(folder: Path, palette: list[int]) -> None:
    image = Image.fromarray(np.array([[0, 1], [1, 1]], np.uint8), "L")
    image.putpalette(palette)
    image.save(folder / "a.png")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_ids_in_the_colours_of_other_classes_are_a_warning(tmp_path: Path) -> None:
    write(tmp_path, [200, 0, 0, 10, 20, 30])
    reading = open_delivery(tmp_path, ONTOLOGY).read("a")
    assert [finding.rule for finding in reading.findings] == ["palette-contradicts"]
    assert "0 (road) in the colour of car" in reading.findings[0].message
    assert reading.label_map is not None
    assert reading.label_map.to_dense().tolist() == [[1, 2], [2, 2]]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "palette", [[10, 20, 30, 200, 0, 0], [0, 0, 0, 128, 0, 0], [10, 20, 30, 77, 77, 77]]
)
def test_a_palette_that_agrees_or_has_colours_of_its_own_is_no_finding(
    tmp_path: Path, palette: list[int]
) -> None:
    write(tmp_path, palette)
    assert open_delivery(tmp_path, ONTOLOGY).read("a").findings == ()


def test_the_lying_palettes_of_real_tiles_are_found(shared_data: Path) -> None:
    names = ("#3c1098", "#8429f6", "#6ec1e4", "#fedd3a", "#e2a929")
    classes = tuple(
        LabelClass(name, place, tuple(bytes.fromhex(name[1:])))  # type: ignore[arg-type]  # three
        for place, name in enumerate(names)
    )
    ontology = Ontology(classes, void_ids=(255,), void_colors=((0x9B, 0x9B, 0x9B),))
    delivery = open_delivery(shared_data / "dubai_aerial" / "Tile 2" / "masks", ontology)
    rules = {finding.rule for item in delivery for finding in item.reading.findings}
    assert "palette-contradicts" in rules
