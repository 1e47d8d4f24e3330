"""The Pascal VOC tree."""

from pathlib import Path

import numpy as np

from assay import LabelClass, Ontology
from assay.delivery import Delivery
from assay.formats import FORMATS, open_delivery, write_delivery
from assay.formats.png_writing import encode_colors
from assay.formats.source import Source
from maps import TINY, drawn
from pngs import png

PALETTE_LIST = "ImageSets/Segmentation/train.txt"


def voc(entries: dict[str, bytes]) -> Delivery:
    source = Source("v", tuple(sorted(entries)), entries.__getitem__)
    assert FORMATS.get("voc").detect(source)
    return FORMATS.get("voc").open(source, TINY, "v")


MASK = png(np.array([[1, 2], [0, 255]]), [0, 0])


def test_the_border_of_voc_is_void_by_the_ontology() -> None:
    item = voc({"SegmentationClass/a.png": MASK}).read("a")
    assert item.label_map == drawn("12 .4")


def test_the_tree_may_lie_deeper_and_holds_other_images() -> None:
    entries = {
        "VOC2012/SegmentationClass/a.png": MASK,
        "VOC2012/SegmentationObject/a.png": MASK,
        "VOC2012/JPEGImages/a.jpg": b"",
    }
    delivery = voc(entries)
    assert delivery.keys == ("a",)
    assert delivery.findings == ()


def test_index_images_go_before_drawings() -> None:
    entries = {"SegmentationClass/a.png": b"drawing", "SegmentationClassPNG/a.png": MASK}
    assert voc(entries).read("a").label_map == drawn("12 .4")


def test_truecolour_images_are_read_by_their_colours() -> None:
    pixels = TINY.colors[np.array([[1, 3]])]
    assert voc({"SegmentationClass/a.png": encode_colors(pixels)}).read("a").label_map == drawn(
        "13"
    )


def test_a_listed_item_without_label_image_is_an_error() -> None:
    delivery = voc({"SegmentationClass/a.png": MASK, PALETTE_LIST: b"a\nb\r\n\n"})
    (finding,) = delivery.findings
    assert (finding.rule, finding.severity, finding.item) == ("voc-missing", "error", "b")


def test_a_label_image_in_no_list_is_reported() -> None:
    delivery = voc(
        {"SegmentationClass/a.png": MASK, "SegmentationClass/x.png": MASK, PALETTE_LIST: b"a 1\n"}
    )
    (finding,) = delivery.findings
    assert (finding.rule, finding.severity) == ("voc-unlisted", "info")
    assert delivery.keys == ("a", "x")


def test_the_test_list_needs_no_label_images() -> None:
    delivery = voc(
        {"SegmentationClass/a.png": MASK, "ImageSets/Segmentation/test.txt": b"a\nhidden\n"}
    )
    assert delivery.findings == ()


def test_a_list_that_is_no_text_is_a_finding() -> None:
    delivery = voc({"SegmentationClass/a.png": MASK, PALETTE_LIST: b"\xff\xfe\x00"})
    assert [finding.rule for finding in delivery.findings] == ["voc-list"]


def test_a_written_tree_has_its_lists(tmp_path: Path) -> None:
    target = tmp_path / "out"
    maps = [("b", drawn("12")), ("a", drawn("3."))]
    assert write_delivery(maps, target, TINY, format="voc").items == 2
    lists = target / "ImageSets" / "Segmentation"
    assert (lists / "all.txt").read_text(encoding="utf-8") == "a\nb\n"
    labelmap = (target / "labelmap.txt").read_text(encoding="utf-8").splitlines()
    assert labelmap[1] == "road:128,64,128::"


def test_a_tree_written_by_labelme_is_read(shared_data: Path) -> None:
    tree = shared_data / "formats/labelme/examples/semantic_segmentation/data_dataset_voc"
    names = (tree / "class_names.txt").read_text(encoding="utf-8").split()[1:]
    ontology = Ontology(
        tuple(LabelClass(name, i, (i, 9, 9)) for i, name in enumerate(names, 1)), (255,)
    )
    delivery = open_delivery(tree, ontology)
    assert delivery.format == "voc"
    assert len(delivery) == 3
    for item in delivery:
        assert item.reading.label_map is not None
        assert item.reading.findings == ()
