"""Real label images, there and back without losing a pixel."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assay import LabelClass, Ontology
from assay.delivery import Delivery
from assay.formats import open_delivery, write_delivery

CAMVID_NAMES = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip

CAMVID = Ontology(
    tuple(LabelClass(name, i, (i * 20, 255 - i * 20, i)) for i, name in enumerate(CAMVID_NAMES)),
    void_ids=(11,),
)

DUBAI = Ontology(
    (
        LabelClass("building", 1, (0x3C, 0x10, 0x98)),
        LabelClass("land", 2, (0x84, 0x29, 0xF6)),
        LabelClass("road", 3, (0x6E, 0xC1, 0xE4)),
        LabelClass("vegetation", 4, (0xFE, 0xDD, 0x3A)),
        LabelClass("water", 5, (0xE2, 0xA9, 0x29)),
        LabelClass("undocumented black", 6, (0, 0, 0)),
    ),
    unlabelled_color=(0x9B, 0x9B, 0x9B),
)


def coco_panoptic(folder: Path) -> Ontology:
    """Return an ontology of every colour in the masks: segments, here taken for classes."""
    colors = np.unique(
        np.concatenate(
            [
                np.unique(np.asarray(Image.open(path)).reshape(-1, 3), axis=0)
                for path in sorted(folder.iterdir())
            ]
        ),
        axis=0,
    )
    classes = [
        LabelClass(f"segment {i}", i, (red, green, blue))
        for i, (red, green, blue) in enumerate(colors.tolist(), 1)
        if (red, green, blue) != (0, 0, 0)
    ]
    return Ontology(tuple(classes), unlabelled_color=(0, 0, 0))


def survives(delivery: Delivery, folder: Path, formats: tuple[str, ...]) -> None:
    """Assert that every item keeps its digest through the formats, one after the other."""
    digests: dict[str, str] = {}
    for item in delivery:
        assert item.reading.label_map is not None
        digests[item.key] = item.reading.label_map.digest
    for name in formats:
        maps = ((i.key, i.reading.label_map) for i in delivery if i.reading.label_map is not None)
        write_delivery(maps, folder / name, delivery.ontology, format=name)
        delivery = open_delivery(folder / name, delivery.ontology)
        assert delivery.format == name
        assert delivery.findings == ()
        for item in delivery:
            assert item.reading.label_map is not None
            assert item.reading.label_map.digest == digests.pop(item.key)
        assert not digests
        digests = {i.key: i.reading.label_map.digest for i in delivery if i.reading.label_map}


def test_camvid_survives(shared_data: Path, tmp_path: Path) -> None:
    delivery = open_delivery(shared_data / "camvid" / "valannot", CAMVID)
    assert (delivery.format, len(delivery)) == ("index-png", 101)
    for item, path in zip(delivery, sorted((shared_data / "camvid" / "valannot").iterdir()),
                          strict=True):  # fmt: skip
        assert item.reading.findings == ()
        assert item.reading.label_map is not None
        dense = item.reading.label_map.to_dense()
        assert (CAMVID.ids[dense] == np.asarray(Image.open(path))).all()
    survives(delivery, tmp_path, ("voc", "color-png", "index-png"))


@pytest.mark.parametrize("tile", ["Tile 1", "Tile 2", "Tile 4"])
def test_dubai_is_read_by_colour_palette_tiles_too(
    shared_data: Path, tmp_path: Path, tile: str
) -> None:
    folder = shared_data / "dubai_aerial" / tile / "masks"
    delivery = open_delivery(folder, DUBAI, format="color-png")
    assert len(delivery) == 9
    for key in delivery.keys[::4]:
        result = delivery.read(key)
        assert result.findings == ()
        assert result.label_map is not None
        expected = np.asarray(Image.open(folder / f"{key}.png").convert("RGB"))
        assert (DUBAI.colors[result.label_map.to_dense()] == expected).all()
    survives(delivery, tmp_path, ("index-png", "color-png", "voc"))


def test_the_whole_of_dubai_is_told_to_be_colours(shared_data: Path) -> None:
    delivery = open_delivery(shared_data / "dubai_aerial", DUBAI)
    assert (delivery.format, len(delivery)) == ("color-png", 54)
    # Photographs lie in folders of their own.
    assert [finding.rule for finding in delivery.findings] == ["ignored-file"]


def test_coco_panoptic_survives_with_thousands_of_colours(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "coco_panoptic20" / "masks"
    delivery = open_delivery(folder, coco_panoptic(folder))
    assert (delivery.format, len(delivery)) == ("color-png", 20)
    for item in delivery:
        assert item.reading.findings == ()
    survives(delivery, tmp_path, ("index-png", "color-png"))
