"""Label images by id and by colour: what they mean, and what is said about their faults."""

import io
import pickle
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from PIL import Image

from assay import LabelClass, LabelMap, Ontology
from assay.delivery import Delivery, Finding, Reading
from assay.errors import AssayError, ParameterError, SourceError
from assay.formats import FORMATS, RULES, open_delivery, write_delivery
from assay.formats.index_png import IndexPngOptions
from assay.formats.label_images import find_label_images
from assay.formats.png_writing import encode_colors, encode_indexes
from assay.formats.source import Source
from maps import TINY, dense_maps, drawn
from pngs import chunk, png

ROAD, CAR = (128, 64, 128), (0, 0, 142)


def reading(data: bytes, *, format: str, ontology: Ontology = TINY) -> Reading:
    source = Source("vendor", ("a.png",), lambda _: data)
    return FORMATS.get(format).open(source, ontology, "vendor").read("a")


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def dense(result: Reading) -> list[list[int]]:
    assert result.label_map is not None
    rows: list[list[int]] = result.label_map.to_dense().tolist()
    return rows


# Ids.


def test_ids_become_indexes_void_included() -> None:
    result = reading(png(np.array([[1, 2, 3, 255]]), [0]), format="index-png")
    assert dense(result) == [[1, 2, 3, 4]]
    assert result.findings == ()


def test_undeclared_ids_become_unlabelled_and_are_reported_by_size() -> None:
    result = reading(png(np.array([[1, 7, 9, 9]]), [0]), format="index-png")
    assert dense(result) == [[1, 0, 0, 0]]
    (finding,) = result.findings
    assert (finding.rule, finding.severity, finding.item) == ("undeclared-class", "error", "a")
    assert finding.message == (
        "3 px have ids that the ontology does not declare: 9 (2 px), 7 (1 px)."
    )


def test_the_unlabelled_id_is_no_fault() -> None:
    result = reading(png(np.array([[0, 1]]), [0]), format="index-png")
    assert dense(result) == [[0, 1]]
    assert result.findings == ()


def test_many_undeclared_ids_are_counted_not_all_listed() -> None:
    result = reading(png(np.arange(10, 30).reshape(1, -1), [0]), format="index-png")
    message = result.findings[0].message
    assert message.endswith("17 (1 px) and 12 more.")


def test_sixteen_bit_ids_are_not_cut() -> None:
    ontology = Ontology((LabelClass("far", 40_000, ROAD), LabelClass("low", 64, CAR)))
    data = png(np.array([[40_000, 64]]), [0], depth=16)
    assert dense(reading(data, format="index-png", ontology=ontology)) == [[1, 2]]


def test_ids_above_sixteen_bits_in_the_ontology_do_no_harm() -> None:
    ontology = Ontology((LabelClass("far", 70_000, ROAD), LabelClass("low", 4464, CAR)))
    data = png(np.array([[4464, 1]]), [0], depth=16)
    result = reading(data, format="index-png", ontology=ontology)
    assert dense(result) == [[2, 0]]
    assert rules(result.findings) == ["undeclared-class"]


@pytest.mark.parametrize("kind", [2, 4, 6])
def test_colours_without_colour_map_are_no_ids(kind: int) -> None:
    samples = np.ones((1, 1, {2: 3, 4: 2, 6: 4}[kind]))
    result = reading(png(samples, [0], kind=kind), format="index-png")
    assert result.label_map is None
    assert rules(result.findings) == ["mask-has-colors"]


def test_a_map_of_one_value_is_worth_a_look() -> None:
    result = reading(png(np.full((3, 2), 1), [0, 0, 0]), format="index-png")
    assert rules(result.findings) == ["mask-one-value"]
    assert result.findings[0].message == "Every pixel has the same class."
    empty = reading(png(np.zeros((3, 2)), [0, 0, 0]), format="index-png")
    assert empty.findings[0].message == "Every pixel is unlabelled."
    striped = reading(png(np.array([[1], [2]]), [0, 0]), format="index-png")
    assert striped.findings == ()


def test_one_pixel_smaller_is_read_as_it_is() -> None:
    result = reading(png(np.array([[1, 2], [1, 1]])[:, :1], [0, 0]), format="index-png")
    assert result.label_map is not None
    assert result.label_map.shape == (2, 1)


# Colours.


def colored(*pixels: tuple[int, ...], kind: int = 2, extra: bytes = b"") -> Reading:
    return reading(png(np.array([pixels]), [0], kind=kind, extra=extra), format="color-png")


def test_colours_are_looked_up_exactly() -> None:
    result = colored(ROAD, CAR, (0, 0, 0), (255, 255, 255))
    assert dense(result) == [[1, 2, 4, 0]]
    assert result.findings == ()


def test_a_colour_off_by_one_is_undeclared() -> None:
    result = colored(ROAD, (128, 64, 129), (128, 64, 129))
    assert dense(result) == [[1, 0, 0]]
    (finding,) = result.findings
    assert finding.rule == "undeclared-color"
    assert finding.message == (
        "2 px have colours that the ontology does not declare: #804081 (2 px)."
    )
    assert finding.remedy.startswith("Use the exact colours")


def test_antialiased_edges_are_called_by_their_name() -> None:
    canvas = np.full((64, 64, 3), ROAD, np.uint8)
    cv2.circle(canvas, (32, 32), 20, CAR, -1, cv2.LINE_AA)
    result = reading(encode_colors(canvas), format="color-png")
    assert rules(result.findings) == ["undeclared-color"]
    assert "without antialiasing" in result.findings[0].remedy
    assert len(result.findings[0].message) < 300


def test_a_transparent_pixel_has_no_class() -> None:
    result = colored((*ROAD, 255), (*CAR, 0), kind=6)
    assert dense(result) == [[1, 0]]
    assert [(f.rule, f.severity) for f in result.findings] == [("mask-alpha", "warning")]


def test_a_half_transparent_pixel_is_an_error() -> None:
    result = colored((*ROAD, 255), (*CAR, 254), kind=6)
    assert dense(result) == [[1, 0]]
    assert [(f.rule, f.severity) for f in result.findings] == [("mask-alpha", "error")]
    assert result.findings[0].message.startswith("0 px are transparent and 1 px are half")


def test_a_transparent_colour_has_no_class() -> None:
    key = chunk(b"tRNS", bytes([0, 0, 0, 0, 0, 142]))
    assert dense(colored(ROAD, CAR, extra=key)) == [[1, 0]]


def test_a_palette_is_read_by_its_colours() -> None:
    palette = chunk(b"PLTE", bytes([*CAR, *ROAD, 9, 9, 9, 7, 7, 7]))
    data = png(np.array([[0, 1, 2]]), [0], kind=3, extra=palette)
    result = reading(data, format="color-png")
    assert dense(result) == [[2, 1, 0]]
    # The fourth entry has no pixels, so nobody needs to hear of it.
    assert "#090909 (1 px)." in result.findings[0].message
    # The same file by ids: entry 1 is road, entry 2 is car.
    assert dense(reading(data, format="index-png")) == [[0, 1, 2]]


def test_palette_transparency_counts_where_colours_are_read() -> None:
    extra = chunk(b"PLTE", bytes([*CAR, *ROAD])) + chunk(b"tRNS", b"\x00")
    assert dense(
        reading(png(np.array([[0, 1]]), [0], kind=3, extra=extra), format="color-png")
    ) == [[0, 1]]


def test_grey_levels_are_colours() -> None:
    ontology = Ontology((LabelClass("object", 1, (255, 255, 255)),), unlabelled_color=(0, 0, 0))
    for depth in (1, 2, 4, 8):
        data = png(np.array([[0, 2**depth - 1]]), [0], depth=depth)
        assert dense(reading(data, format="color-png", ontology=ontology)) == [[0, 1]]
    data = png(np.array([[[255, 255], [0, 255]]]), [0], kind=4)
    assert dense(reading(data, format="color-png", ontology=ontology)) == [[1, 0]]


def test_sixteen_bit_colours_are_not_rounded() -> None:
    result = reading(png(np.ones((1, 1, 3)), [0], kind=2, depth=16), format="color-png")
    assert rules(result.findings) == ["mask-depth"]


# Which files are label images.


def test_a_photograph_beside_its_labels_is_ignored() -> None:
    found = find_label_images(["a.jpg", "a.png", "photos/a.jpg", "readme.md"])
    assert dict(found.entries) == {"a": "a.png"}
    (finding,) = found.findings
    assert finding.message == "3 files are not read: 'a.jpg', 'photos/a.jpg', 'readme.md'."


def test_a_jpeg_among_label_images_is_an_unreadable_item() -> None:
    file = io.BytesIO()
    Image.new("L", (2, 2)).save(file, "JPEG")
    source = Source("v", ("a.png", "b.jpg"), lambda _: file.getvalue())
    delivery = FORMATS.get("index-png").open(source, TINY, "v")
    assert delivery.keys == ("a", "b")
    assert rules(delivery.read("b").findings) == ["png-signature"]
    assert delivery.read("b").findings[0].message == "The file is JPEG, not PNG."


@pytest.mark.parametrize("names", [["a.png", "A.png"], ["a.png", "a.PNG"], ["a.jpg", "a.gif"]])
def test_two_files_for_one_item_are_refused(names: list[str]) -> None:
    found = find_label_images(names)
    assert dict(found.entries) == {}
    assert rules(found.findings) == ["duplicate-item"]


def test_keys_keep_folders_and_inner_dots() -> None:
    assert list(find_label_images(["b/x.0.png", "a/x.png"]).entries) == ["a/x", "b/x.0"]


def test_asking_for_an_unknown_key_is_the_callers_mistake(tmp_path: Path) -> None:
    delivery = written(tmp_path, "index-png")
    with pytest.raises(SourceError, match="no item 'zebra'"):
        delivery.read("zebra")


# Deliveries.


MAPS = {"a": drawn("112 1.4"), "deep/b": drawn("33 33 22")}


def written(folder: Path, format: str, options: Any = None) -> Delivery:
    write_delivery(MAPS.items(), folder / "out", TINY, format=format, options=options)
    return open_delivery(folder / "out", TINY)


@pytest.mark.parametrize("name", ["index-png", "color-png", "voc"])
def test_what_is_written_is_detected_and_read_back(tmp_path: Path, name: str) -> None:
    delivery = written(tmp_path, name)
    assert delivery.format == name
    assert {item.key: item.reading.label_map for item in delivery} == MAPS
    assert delivery.findings == ()


@pytest.mark.parametrize(
    "options",
    [
        IndexPngOptions(palette=True),
        IndexPngOptions(least_depth=16),
        IndexPngOptions(least_depth=1),
    ],
)
def test_index_png_options_lose_nothing(tmp_path: Path, options: IndexPngOptions) -> None:
    delivery = written(tmp_path, "index-png", options)
    assert {item.key: item.reading.label_map for item in delivery} == MAPS


def test_the_smallest_allowed_depth_holds_every_id(tmp_path: Path) -> None:
    ontology = Ontology((LabelClass("object", 3, ROAD),))
    options = IndexPngOptions(least_depth=1)
    one = [("a", LabelMap.filled(1, 2, 1))]
    write_delivery(one, tmp_path / "out", ontology, format="index-png", options=options)
    assert (tmp_path / "out" / "a.png").read_bytes()[24] == 2


def test_pillow_shows_a_written_palette_in_the_colours_of_the_ontology(tmp_path: Path) -> None:
    written(tmp_path, "voc")
    image = Image.open(tmp_path / "out" / "SegmentationClass" / "a.png")
    assert np.asarray(image.convert("RGB"))[0].tolist() == [[*ROAD], [*ROAD], [*CAR]]
    assert np.asarray(image).tolist() == [[1, 1, 2], [1, 0, 255]]


def test_the_same_maps_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, "index-png")
    first, second = (tmp_path / name / "out" / "a.png" for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


def test_readers_survive_pickling(tmp_path: Path) -> None:
    delivery = written(tmp_path, "index-png")
    delivery.read("a")
    assert pickle.loads(pickle.dumps(delivery.read))("a").label_map == MAPS["a"]


def test_ids_above_65535_say_what_to_do(tmp_path: Path) -> None:
    ontology = Ontology((LabelClass("far", 70_000, ROAD),))
    with pytest.raises(AssayError, match=r"Id 70000 does not fit a PNG of 16 bits.*smaller ids"):
        write_delivery([], tmp_path / "out", ontology, format="index-png")
    assert list(tmp_path.iterdir()) == []


def test_ids_above_255_do_not_fit_a_palette(tmp_path: Path) -> None:
    ontology = Ontology((LabelClass("far", 256, ROAD),))
    for name, options in (("voc", None), ("index-png", IndexPngOptions(palette=True))):
        with pytest.raises(AssayError, match="index-png without a palette"):
            write_delivery([], tmp_path / "out", ontology, format=name, options=options)


@pytest.mark.parametrize("name", ["index-png", "color-png", "voc"])
def test_a_map_of_another_ontology_is_not_written(tmp_path: Path, name: str) -> None:
    maps = [("a", LabelMap.filled(1, 1, 5))]
    with pytest.raises(AssayError, match="class index 5, but the ontology has indexes 0 to 4"):
        write_delivery(maps, tmp_path / "out", TINY, format=name)


@pytest.mark.parametrize("name", ["index-png", "color-png", "voc"])
def test_one_key_twice_is_not_overwritten(tmp_path: Path, name: str) -> None:
    maps = [("a", MAPS["a"]), ("a", MAPS["deep/b"])]
    with pytest.raises(SourceError):
        write_delivery(maps, tmp_path / "out", TINY, format=name)
    assert list(tmp_path.iterdir()) == []


def test_options_out_of_range_are_named() -> None:
    with pytest.raises(ParameterError, match="least_depth is 3"):
        IndexPngOptions(least_depth=3)
    with pytest.raises(ParameterError, match="at most 8 bits"):
        IndexPngOptions(palette=True, least_depth=16)


@settings(max_examples=40, deadline=None)
@given(dense_maps(highest=4))
def test_every_map_survives_ids_and_colours(pixels: NDArray[Any]) -> None:
    expected = LabelMap.from_dense(pixels)
    by_id = encode_indexes(TINY.ids.astype(np.uint16)[pixels], depth=8)
    assert reading(by_id, format="index-png").label_map == expected
    by_color = encode_colors(TINY.colors[pixels])
    assert reading(by_color, format="color-png").label_map == expected


def test_every_finding_has_a_documented_rule() -> None:
    known = set(RULES.names())
    assert {"undeclared-class", "undeclared-color", "png-checksum", "voc-missing"} <= known


def test_an_archive_is_read_like_its_folder(tmp_path: Path) -> None:
    written(tmp_path, "index-png")
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "out"))
    delivery = open_delivery(archive, TINY)
    assert {item.key: item.reading.label_map for item in delivery} == MAPS


def test_a_damaged_file_is_one_items_finding(tmp_path: Path) -> None:
    written(tmp_path, "index-png")
    file = tmp_path / "out" / "a.png"
    file.write_bytes(file.read_bytes()[:-20])
    delivery = open_delivery(tmp_path / "out", TINY)
    assert rules(delivery.read("a").findings) == ["png-truncated"]
    assert delivery.read("deep/b").label_map == MAPS["deep/b"]
    assert str(tmp_path) not in delivery.read("a").findings[0].message
