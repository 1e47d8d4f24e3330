import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from assay import LabelClass, LabelMap, Ontology
from assay.delivery import Reading
from assay.errors import ParameterError, SourceError
from assay.formats import RULES, open_delivery, write_delivery
from assay.formats.coco_masks import read_mask
from assay.formats.coco_writing import CocoOptions, Encoding
from corpus.coco import (
    BAD_ANNOTATIONS,
    BAD_FILES,
    BAD_TEXTS,
    CATEGORY_LISTS,
    NAMELESS_IMAGES,
    ODD,
    STRAY_ANNOTATIONS,
    UNCLEAR_IMAGES,
)
from formats.cocos import SQUARE, annotation, document, image, opened
from maps import TINY, adversarial_maps, dense_maps, drawn

# pycocotools 2.0.11 has not caught up with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ENCODINGS: tuple[Encoding, ...] = ("rle", "rle-uncompressed", "polygons")
CODES = set(RULES.names())


def read(folder: Path, *annotations: dict[str, Any], **more: Any) -> Reading:
    return opened(folder, document(*annotations, **more)).read("a")


def labels(reading: Reading) -> LabelMap:
    assert reading.label_map is not None, reading.findings
    return reading.label_map


def rules(reading: Reading) -> list[str]:
    return [finding.rule for finding in reading.findings]


def test_a_polygon_labels_the_pixels_whose_centres_it_holds(tmp_path: Path) -> None:
    expected = drawn("........ .1111... .1111... .1111... ........ ........")
    reading = read(tmp_path, annotation())
    assert (reading.label_map, reading.findings) == (expected, ())


def test_run_lengths_count_down_the_columns(tmp_path: Path) -> None:
    # Six pixels of the first column are background, then three of the second are labelled.
    counts = [6, 3, 39]
    expected = drawn(".2...... .2...... .2...... ........ ........ ........")
    rle = {"size": [6, 8], "counts": counts}
    assert labels(read(tmp_path, annotation(rle, category_id=2))) == expected
    packed = coco_mask.frPyObjects(rle, 6, 8)["counts"].decode()
    rle = {"size": [6, 8], "counts": packed}
    assert labels(read(tmp_path, annotation(rle, category_id=2))) == expected


def test_a_later_annotation_covers_an_earlier_one(tmp_path: Path) -> None:
    above = annotation([[3, 0, 8, 0, 8, 3, 3, 3]], category_id=2)
    reading = read(tmp_path, annotation(), above)
    expected = drawn("...22222 .1122222 .1122222 .1111... ........ ........")
    assert reading.label_map == expected
    assert rules(reading) == ["coco-overlap"]
    assert "4 px" in reading.findings[0].message


def test_polygons_of_one_annotation_are_united_without_a_finding(tmp_path: Path) -> None:
    reading = read(tmp_path, annotation([SQUARE, [6, 0, 8, 0, 8, 6, 6, 6]]))
    assert labels(reading).counts(2)[1] == 12 + 12
    assert reading.findings == ()


def test_objects_are_kept_as_they_were_drawn_below_what_covers_them(tmp_path: Path) -> None:
    rle = {"size": [6, 8], "counts": [0, 48]}
    below = annotation([SQUARE, [6, 0, 8, 0, 8, 6, 6, 6]], id=31)
    shapes = read(tmp_path, below, annotation(rle, category_id=77, id=None)).shapes
    assert shapes is not None
    assert [str(shape) for shape in shapes] == [
        "annotation 31 (road)",
        "annotation without id, 2 of the image (category 77)",
    ]
    assert [shape.value for shape in shapes] == [1, 0]
    assert [[ring.tolist() for ring in shape.rings] for shape in shapes] == [
        [[[1, 1], [5, 1], [5, 4], [1, 4]], [[6, 0], [8, 0], [8, 6], [6, 6]]],
        [],
    ]
    assert [shape.spans.area for shape in shapes] == [12 + 12, 48]


def test_an_unreadable_image_has_no_shapes_and_an_empty_one_has_none_of_them(
    tmp_path: Path,
) -> None:
    assert read(tmp_path, annotation(), annotation([[]])).shapes is None
    assert read(tmp_path).shapes == ()


def test_void_and_crowd_annotations_are_painted(tmp_path: Path) -> None:
    rle = {"size": [6, 8], "counts": [0, 48]}
    assert labels(read(tmp_path, annotation(rle, category_id=255, iscrowd=1))) == drawn(
        " ".join(["44444444"] * 6)
    )


def test_pixels_of_undeclared_categories_are_counted_and_unlabelled(tmp_path: Path) -> None:
    reading = read(tmp_path, annotation(), annotation(category_id=77))
    assert labels(reading).counts(5).tolist() == [48, 0, 0, 0, 0]
    assert rules(reading) == ["undeclared-class", "coco-overlap"]
    assert "77 (12 px)" in reading.findings[0].message


def test_an_image_without_annotations_is_unlabelled_with_a_warning(tmp_path: Path) -> None:
    reading = read(tmp_path)
    assert labels(reading) == LabelMap.filled(6, 8)
    assert rules(reading) == ["coco-no-annotations"]


@pytest.mark.parametrize(("bad", "rule"), BAD_ANNOTATIONS.values(), ids=BAD_ANNOTATIONS)
def test_an_image_with_a_malformed_annotation_is_not_read(
    tmp_path: Path, bad: dict[str, Any], rule: str
) -> None:
    two = [image(), image(2, "b.jpg")]
    first, second = opened(
        tmp_path, document(annotation(), bad, annotation(image_id=2), images=two)
    )
    assert first.reading.label_map is None
    assert [(finding.rule, finding.item) for finding in first.reading.findings] == [(rule, "a")]
    assert first.reading.findings[0].message.startswith("Annotation 2 of the image: ")
    assert labels(second.reading).counts(2)[1] == 12


@pytest.mark.parametrize(("text", "rule"), BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_an_annotation_that_is_not_strict_json_is_refused(
    tmp_path: Path, text: str, rule: str
) -> None:
    whole = json.dumps(document(annotation("here"))).replace('"here"', text)
    assert rules(opened(tmp_path, whole).read("a")) == [rule]


@pytest.mark.parametrize(("odd", "rule"), ODD.values(), ids=ODD)
def test_odd_annotations_are_read_with_a_warning(
    tmp_path: Path, odd: dict[str, Any], rule: str
) -> None:
    reading = read(tmp_path, odd)
    assert labels(reading).shape == (6, 8)
    assert rules(reading) == [rule]


def test_a_zigzag_that_would_take_gigabytes_is_refused(tmp_path: Path) -> None:
    zigzag = annotation([[4, 0, 5, 1000] * 8000])
    tall = image(height=1000)
    reading = opened(tmp_path, document(zigzag, images=[tall])).read("a")
    assert rules(reading) == ["coco-too-complex"]


def test_masks_with_too_many_runs_together_are_refused(tmp_path: Path) -> None:
    stripes = {"size": [1000, 1000], "counts": [1000] * 1000}
    many = [annotation(stripes)] * 20
    reading = opened(tmp_path, document(*many, images=[image(height=1000, width=1000)])).read("a")
    assert rules(reading) == ["coco-too-complex"]


def test_vertices_within_half_a_pixel_of_the_frame_are_no_finding(tmp_path: Path) -> None:
    assert read(tmp_path, annotation([[-0.5, -0.5, 8.5, -0.5, 8.5, 6.5, -0.5, 6.5]])).findings == ()


@pytest.mark.parametrize(("images", "rule"), UNCLEAR_IMAGES.values(), ids=UNCLEAR_IMAGES)
def test_an_image_that_cannot_be_told_is_not_read(
    tmp_path: Path, images: list[dict[str, Any]], rule: str
) -> None:
    delivery = opened(tmp_path, document(annotation(), images=images))
    for item in delivery:
        assert item.reading.label_map is None
        assert rules(item.reading) == [rule]


@pytest.mark.parametrize("bad", NAMELESS_IMAGES.values(), ids=NAMELESS_IMAGES)
def test_an_image_without_name_or_id_is_a_finding_of_the_delivery(
    tmp_path: Path, bad: dict[str, Any]
) -> None:
    delivery = opened(tmp_path, document(images=[bad, image(2, "b.jpg")]))
    assert delivery.keys == ("b",)
    assert [finding.rule for finding in delivery.findings] == ["coco-image"]
    assert delivery.findings[0].message.isprintable()


@pytest.mark.parametrize(("extra", "rule"), STRAY_ANNOTATIONS.values(), ids=STRAY_ANNOTATIONS)
def test_annotations_without_their_image_are_findings_of_the_delivery(
    tmp_path: Path, extra: dict[str, Any], rule: str
) -> None:
    delivery = opened(tmp_path, document(annotation(), extra))
    assert [finding.rule for finding in delivery.findings] == [rule]
    assert labels(delivery.read("a")).counts(2)[1] == 12


@pytest.mark.parametrize(
    ("categories", "rules_and_severities"), CATEGORY_LISTS.values(), ids=CATEGORY_LISTS
)
def test_category_names_are_checked_against_their_ids(
    tmp_path: Path, categories: list[dict[str, Any]], rules_and_severities: list[tuple[str, str]]
) -> None:
    delivery = opened(tmp_path, document(annotation(), categories=categories))
    found = [(finding.rule, finding.severity.value) for finding in delivery.findings]
    assert found == rules_and_severities


@pytest.mark.parametrize(("text", "rule"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_coco_is_a_delivery_without_items(
    tmp_path: Path, text: str | bytes, rule: str
) -> None:
    delivery = opened(tmp_path, text)
    assert (delivery.keys, [finding.rule for finding in delivery.findings]) == ((), [rule])


def test_a_file_with_too_many_images_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.formats.coco_index.MAX_ENTRIES", 1)
    delivery = opened(tmp_path, document(images=[image(), image(2, "b.jpg")]))
    assert (delivery.keys, [f.rule for f in delivery.findings]) == ((), ["json-size"])


def test_annotations_that_hide_their_image_are_reported_beyond_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.formats.coco_index._MOST_PARSED", 1)
    text = json.dumps(document(annotation(), annotation())).replace("image_id", "image\\u005fid")
    delivery = opened(tmp_path, text)
    assert [finding.rule for finding in delivery.findings] == ["coco-annotation"]
    assert "2 annotations have no plain image_id" in delivery.findings[0].message
    assert labels(delivery.read("a")).counts(2)[1] == 12


def test_faults_of_a_file_are_listed_up_to_a_limit(tmp_path: Path) -> None:
    delivery = opened(tmp_path, document(images=[image(name="")] * 300))
    assert [finding.rule for finding in delivery.findings] == ["coco-image"] * 100


def test_several_files_are_one_delivery(tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text(json.dumps(document(annotation())))
    (tmp_path / "val.json").write_text(
        json.dumps(document(annotation(), images=[image(1, "b/c.jpg"), image(2, "d.jpg")]))
    )
    (tmp_path / "d.jpg").write_bytes(b"\xff\xd8")
    delivery = open_delivery(tmp_path, TINY)
    assert (delivery.format, delivery.keys) == ("coco", ("a", "b/c", "d"))
    (tmp_path / "again.json").write_text(json.dumps(document(annotation())))
    again = open_delivery(tmp_path, TINY)
    assert rules(again.read("a")) == ["coco-duplicate-image"]
    assert [finding.rule for finding in again.findings] == ["coco-duplicate-image"]


def test_a_file_in_a_zip_is_read_after_pickling(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("annotations/labels.json", json.dumps(document(annotation())))
    delivery = open_delivery(tmp_path / "x.zip", TINY)
    copied = pickle.loads(pickle.dumps(delivery))
    assert delivery.format == "coco"
    assert labels(copied.read("a")).counts(2)[1] == 12


def test_asking_for_an_image_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no item 'b'"):
        opened(tmp_path, document()).read("b")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_gives_back_every_pixel(tmp_path: Path, encoding: Encoding) -> None:
    maps = {name.replace(" ", "/"): dense for name, dense in adversarial_maps().items()}
    written = {key: LabelMap.from_dense(np.minimum(dense, 4)) for key, dense in maps.items()}
    write_delivery(
        written.items(), tmp_path / "x", TINY, format="coco", options=CocoOptions(encoding)
    )
    delivery = open_delivery(tmp_path / "x", TINY)
    assert {item.key: item.reading.label_map for item in delivery} == written
    assert delivery.findings == ()


@settings(max_examples=40, deadline=None)
@given(dense_maps(), st.sampled_from(ENCODINGS))
def test_any_map_survives_unchanged(
    tmp_path_factory: pytest.TempPathFactory, dense: NDArray[np.uint16], encoding: Encoding
) -> None:
    folder = tmp_path_factory.mktemp("coco")
    label_map = LabelMap.from_dense(dense)
    options = CocoOptions(encoding)
    write_delivery([("a", label_map)], folder / "x", TINY, format="coco", options=options)
    reading = open_delivery(folder / "x", TINY).read("a")
    assert reading.label_map == label_map
    assert set(rules(reading)) <= {"coco-no-annotations"}


def test_what_is_written_says_area_box_and_crowd(tmp_path: Path) -> None:
    maps = [("a", drawn(".11. .11. 22.2"))]
    write_delivery(maps, tmp_path / "x", TINY, format="coco")
    whole = json.loads((tmp_path / "x" / "annotations.json").read_text())
    assert whole["images"] == [{"id": 1, "file_name": "a.jpg", "height": 3, "width": 4}]
    said = [(a["category_id"], a["area"], a["bbox"], a["iscrowd"]) for a in whole["annotations"]]
    assert said == [(1, 4, [1, 0, 2, 2], 0), (2, 3, [0, 2, 4, 1], 1)]


def test_no_maps_are_a_delivery_without_items(tmp_path: Path) -> None:
    write_delivery([], tmp_path / "x", TINY, format="coco")
    delivery = open_delivery(tmp_path / "x", TINY)
    assert (delivery.format, delivery.keys, delivery.findings) == ("coco", (), ())


def test_pycocotools_decodes_our_run_lengths_to_the_same_pixels(tmp_path: Path) -> None:
    dense = adversarial_maps()["rings"]
    write_delivery([("a", LabelMap.from_dense(dense))], tmp_path / "x", TINY, format="coco")
    whole = json.loads((tmp_path / "x" / "annotations.json").read_text())
    for record in whole["annotations"]:
        assert (coco_mask.decode(record["segmentation"]) == (dense == record["category_id"])).all()


def test_pycocotools_loses_no_pixel_of_our_polygons(tmp_path: Path) -> None:
    # Along pixel edges its rasteriser agrees, because whole coordinates need no rounding.
    dense = adversarial_maps()["rings"]
    height, width = dense.shape
    options = CocoOptions("polygons")
    maps = [("a", LabelMap.from_dense(dense))]
    write_delivery(maps, tmp_path / "x", TINY, format="coco", options=options)
    whole = json.loads((tmp_path / "x" / "annotations.json").read_text())
    painted = np.zeros(dense.shape, np.uint16)
    for record in whole["annotations"]:
        rles = coco_mask.frPyObjects(record["segmentation"], height, width)
        painted[coco_mask.decode(coco_mask.merge(rles)) == 1] = record["category_id"]
    assert int((painted != dense).sum()) == 0


@pytest.mark.parametrize(
    "wrong", [{"encoding": "png"}, {"image_suffix": "jpg"}, {"image_suffix": "./x"}]
)
def test_wrong_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        CocoOptions(**wrong)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_file_crashes_the_reader(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = bytearray(
        json.dumps(
            document(annotation(), annotation({"size": [6, 8], "counts": [6, 3, 39]}))
        ).encode()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        piece = st.one_of(
            st.binary(max_size=2), st.sampled_from([b"NaN", b"-1", b"1e9", b"null", b"[]", b"{}"])
        )
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(piece)
    delivery = opened(tmp_path_factory.mktemp("fuzz"), bytes(text))
    findings = [*delivery.findings, *(f for item in delivery for f in item.reading.findings)]
    assert {finding.rule for finding in findings} <= CODES
    for item in delivery:
        if item.reading.label_map is None:
            assert item.reading.findings


def test_real_annotations_survive_in_every_encoding(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "coco_panoptic20"
    categories = json.loads((folder / "panoptic.json").read_text())["categories"]
    ontology = Ontology(
        tuple(
            LabelClass(category["name"], category["id"], (place, category["id"], 1))
            for place, category in enumerate(categories)
        )
    )
    for name, images in (("instances.json", 10), ("rle.json", 10)):
        maps = {
            item.key: labels(item.reading)
            for item in open_delivery(folder / name, ontology, format="coco")
        }
        assert len(maps) == images
        for encoding in ENCODINGS:
            target = tmp_path / (name + encoding)
            write_delivery(
                maps.items(), target, ontology, format="coco", options=CocoOptions(encoding)
            )
            back = {item.key: item.reading.label_map for item in open_delivery(target, ontology)}
            assert back == maps


def test_our_polygon_pixels_differ_little_from_those_of_pycocotools(shared_data: Path) -> None:
    # It rounds slanted edges to a fifth of a pixel; ours takes exact pixel centres.
    folder = shared_data / "coco_panoptic20"
    whole = json.loads((folder / "instances.json").read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in whole["images"]}
    differing = total = 0
    for record in whole["annotations"]:
        if record["iscrowd"]:
            continue
        height, width = sizes[record["image_id"]]
        rles = coco_mask.frPyObjects(record["segmentation"], height, width)
        theirs = coco_mask.decode(coco_mask.merge(rles)).astype(bool)
        ours = np.zeros((height, width), bool)
        for part in read_mask(record["segmentation"], height, width).parts:
            for row, start, stop in zip(part.rows, part.starts, part.stops, strict=True):
                ours[row, start:stop] = True
        differing += int((ours ^ theirs).sum())
        total += int(theirs.sum())
    assert differing / total < 0.005
    assert differing > 0
