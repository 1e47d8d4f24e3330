from pathlib import Path

import pytest

from assay import LabelClass, LabelMap, Ontology
from assay.formats import FORMATS, open_delivery, write_delivery
from maps import TINY, adversarial_maps

#: CamVid's eleven classes are 0 to 10, and 11 is void.
CAMVID = Ontology(
    tuple(LabelClass(f"class {number}", number, (number, 0, 0)) for number in range(11)),
    void_ids=(11,),
)

LOSSLESS = [known.name for known in FORMATS if known.lossless and known.write is not None]


@pytest.mark.parametrize("name", LOSSLESS)
def test_every_lossless_format_is_recognised_and_gives_back_every_pixel(
    tmp_path: Path, name: str
) -> None:
    maps = {
        key.replace(" ", "_"): LabelMap.from_dense(dense.clip(0, 4))
        for key, dense in adversarial_maps().items()
    }
    write_delivery(maps.items(), tmp_path / "out", TINY, format=name)
    delivery = open_delivery(tmp_path / "out", TINY)
    assert delivery.format == name
    assert {item.key: item.reading.label_map for item in delivery} == maps


@pytest.mark.parametrize("name", LOSSLESS)
def test_real_street_scenes_survive_in_every_lossless_format(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    source = open_delivery(shared_data / "camvid" / "trainannot", CAMVID, format="index-png")
    maps = {key: source.read(key).label_map for key in source.keys[::25]}
    sound = {key: label_map for key, label_map in maps.items() if label_map is not None}
    assert len(sound) == len(maps) > 3
    write_delivery(sound.items(), tmp_path / "out", CAMVID, format=name)
    delivery = open_delivery(tmp_path / "out", CAMVID)
    assert {item.key: item.reading.label_map for item in delivery} == sound
