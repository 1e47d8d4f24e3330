"""What leaves the house: pixels, in one encoding, and nothing else."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from assay.service.assets.reencoding import Encoding, encode, reencode
from assay.service.assets.thumbnails import thumbnail

FLAG = Image.new("RGB", (64, 32), (255, 0, 0))
FLAG.paste((0, 0, 255), (32, 0, 64, 32))
GPS_IFD = 0x8825


def saved(kind: str, image: Image.Image = FLAG, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def talkative() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camera of a certain make"
    exif[0x0132] = "2026:01:02 03:04:05"
    exif.get_ifd(GPS_IFD)[1] = "N"
    return exif


def clean(data: bytes, encoding: Encoding = "png") -> bytes:
    return reencode("a", data, encoding=encoding).data


@pytest.mark.parametrize("encoding", ["png", "jpeg"])
def test_the_same_pixels_are_the_same_bytes_wherever_they_came_from(encoding: Encoding) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    origins = [
        saved("PNG"),
        saved("PNG", compress_level=9, pnginfo=info, dpi=(72, 72)),
        saved("TIFF", exif=talkative()),
        saved("WEBP", lossless=True, exif=talkative()),
        saved("PNG", FLAG.quantize(2)),
    ]
    assert len({clean(origin, encoding) for origin in origins}) == 1


@pytest.mark.parametrize("encoding", ["png", "jpeg"])
def test_nothing_but_pixels_survives(encoding: Encoding) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = clean(saved("JPEG", exif=talkative(), icc_profile=profile), encoding)
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Camera" not in data


def test_png_keeps_every_pixel() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (9, 7, 3)).astype(np.uint8)
    with Image.open(io.BytesIO(clean(saved("PNG", Image.fromarray(pixels))))) as image:
        assert np.array_equal(np.asarray(image), pixels)


def test_a_turned_photograph_leaves_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = reencode("a", saved("TIFF", exif=exif), encoding="png").pixels
    assert turned is not None
    assert np.array_equal(turned, np.rot90(np.asarray(FLAG), -1))


def exchanged_profile() -> bytes:
    """Return a profile that calls blue what sRGB calls red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "BGRs".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"xxxx").replace(b"bXYZ", b"rXYZ").replace(b"xxxx", b"bXYZ")


def test_colours_of_a_profile_become_those_of_srgb() -> None:
    shown = reencode("a", saved("PNG", icc_profile=exchanged_profile()), encoding="png").pixels
    assert shown is not None
    assert shown[0, 0].tolist() == [0, 0, 255]
    assert shown[0, -1].tolist() == [255, 0, 0]


@pytest.mark.parametrize("space", ["LAB", "XYZ"])
def test_a_profile_of_other_colours_than_the_image_has_is_ignored(space: Any) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()
    shown = reencode("a", saved("PNG", icc_profile=profile), encoding="png").pixels
    assert shown is not None
    assert np.array_equal(shown, np.asarray(FLAG))


def test_a_damaged_profile_is_ignored() -> None:
    damaged = exchanged_profile()[:200]
    shown = reencode("a", saved("PNG", icc_profile=damaged), encoding="png").pixels
    assert shown is not None
    assert np.array_equal(shown, np.asarray(FLAG))


def test_what_is_no_photograph_is_a_finding() -> None:
    found = reencode("a", b"MZ\x90\x00", encoding="png")
    assert found.pixels is None
    assert found.data == b""
    assert [finding.rule for finding in found.findings] == ["photograph-unreadable"]


def test_a_thumbnail_is_small_and_says_nothing() -> None:
    pixels = np.full((100, 900, 3), 9, np.uint8)
    with Image.open(io.BytesIO(thumbnail(pixels))) as image:
        assert image.size == (256, 28)
        assert not image.getexif()
    assert encode(pixels, "png") == encode(pixels.copy(), "png")
