"""Photographs for the report: upright, small, and never a crash."""

import io
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from assay.formats import RULES
from assay.formats.photograph import open_photographs, read_photograph
from pngs import SIGNATURE, chunk, header


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pixels(data: bytes, max_side: int = 1600) -> Any:
    photograph = read_photograph("a", data, max_side=max_side)
    assert photograph.findings == ()
    assert photograph.pixels is not None
    assert photograph.pixels.dtype == np.uint8
    return photograph.pixels


#: Left half red, right half blue, wider than high.
FLAG = Image.new("RGB", (64, 32), (255, 0, 0))
FLAG.paste((0, 0, 255), (32, 0, 64, 32))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_every_kind_is_read(kind: str) -> None:
    shown = pixels(saved(FLAG, kind))
    assert shown.shape == (32, 64, 3)
    assert (shown[16, [8, 56]] > 128).tolist() == [[True, False, False], [False, False, True]]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_is_applied_once(kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is on the right: turn clockwise
    file = saved(FLAG, kind, exif=exif)
    (tmp_path / f"a.{kind.lower()}").write_bytes(file)
    assert open_photographs(tmp_path).size("a") == (64, 32)
    shown = pixels(file)
    assert shown.shape == (64, 32, 3)
    # What was left is now on top.
    assert shown[8, 16, 0] > 200
    assert shown[56, 16, 2] > 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_photographs_are_shrunk(kind: str) -> None:
    shown = pixels(saved(FLAG.resize((1000, 500)), kind), max_side=100)
    assert shown.shape == (50, 100, 3)


def test_small_photographs_are_not_blown_up() -> None:
    assert pixels(saved(FLAG, "PNG"), max_side=1000).shape == (32, 64, 3)


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "RGBA", "LA", "1"])
def test_other_colour_modes_become_rgb(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    assert pixels(saved(FLAG.convert("RGBA").convert(mode) if mode == "RGBA" else
                        FLAG.convert(mode), kind)).shape == (32, 64, 3)  # fmt: skip


def test_sixteen_bits_are_stretched() -> None:
    deep = np.array([[100, 4195], [2147, 100]], np.uint16)  # 12 bits in use
    shown = pixels(saved(Image.fromarray(deep), "PNG"))
    assert shown[..., 0].tolist() == [[0, 255], [127, 0]]


def test_a_flat_deep_image_is_black() -> None:
    assert pixels(saved(Image.fromarray(np.full((2, 2), 9, np.uint16)), "TIFF")).max() == 0


def test_not_a_number_does_no_harm() -> None:
    deep = np.array([[np.nan, 1.0], [np.inf, 0.0]], np.float32)
    assert pixels(saved(Image.fromarray(deep), "TIFF"))[..., 0].tolist() == [[0, 255], [0, 0]]


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_too_many_pixels_are_refused_by_the_header(side: int) -> None:
    data = (
        SIGNATURE
        + header(side, side, kind=2)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND")
    )
    (finding,) = read_photograph("a", data).findings
    assert (finding.rule, finding.severity, finding.item) == (
        "photograph-too-large",
        "warning",
        "a",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an image",
        saved(FLAG, "GIF"),
        saved(FLAG, "JPEG")[:300],
        saved(FLAG, "PNG")[:60],
        struct.pack("<2sHI", b"II", 42, 2**31),
    ],
)
def test_unreadable_photographs_are_findings(data: bytes) -> None:
    photograph = read_photograph("a", data)
    assert photograph.pixels is None
    assert [finding.rule for finding in photograph.findings] == ["photograph-unreadable"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "TIFF", "WEBP"]), st.data())
def test_mutated_photographs_never_crash(kind: str, choices: st.DataObject) -> None:
    data = bytearray(saved(FLAG, kind))
    for _ in range(choices.draw(st.integers(1, 6))):
        data[choices.draw(st.integers(0, len(data) - 1))] = choices.draw(st.integers(0, 255))
    photograph = read_photograph("a", bytes(data))
    assert (photograph.pixels is None) == bool(photograph.findings)


def test_photographs_belong_to_items_by_path_or_by_unique_name(tmp_path: Path) -> None:
    for name in ("day/a.jpg", "night/a.jpg", "night/b.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(saved(FLAG, "JPEG"))
    photographs = open_photographs(tmp_path, max_side=16)
    assert photographs("day/a") is not None
    assert photographs("b") is not None
    assert photographs("masks/b") is not None
    # Two photographs are called a: neither is guessed.
    assert photographs("a") is None
    assert photographs.read("zebra").findings == ()
    again = pickle.loads(pickle.dumps(photographs))("day/a")
    assert again is not None
    assert again.shape == (8, 16, 3)


def test_real_photographs_are_read(shared_data: Path) -> None:
    photographs = open_photographs(shared_data / "coco_panoptic20" / "images", max_side=320)
    keys = [key for key in photographs.entries if "/" not in key]
    assert len(keys) == 20
    for key in keys:
        image = photographs(key)
        assert image is not None
        assert max(image.shape) <= 320


def test_the_rules_are_documented() -> None:
    assert {"photograph-unreadable", "photograph-too-large"} <= set(RULES.names())
