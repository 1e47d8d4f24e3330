"""Soft maps are read strictly: what is declared, and nothing that is no probability."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from assay.errors import MalformedError, ParameterError, SourceError
from assay.formats.soft_maps import SoftMaps, open_soft_maps
from maps import TINY

SHAPE = (5, 7)
CLASSES = ("road", "car", "person")


def probabilities(seed: int = 0, shape: tuple[int, int] = SHAPE) -> NDArray[np.float64]:
    """Shape (height, width, classes)."""
    return np.random.default_rng(seed).dirichlet([0.7] * 3, shape)


def folder(
    path: Path, axes: str = "hwc", classes: tuple[str, ...] = CLASSES, **arrays: Any
) -> Path:
    path.mkdir(exist_ok=True)
    names = ", ".join(f'"{name}"' for name in classes)
    (path / "soft.toml").write_text(f'axes = "{axes}"\nclasses = [{names}]\n')
    for key, array in arrays.items():
        np.savez_compressed(path / f"{key}.npz", array)
    return path


def read(maps: SoftMaps, key: str, shape: tuple[int, int] = SHAPE) -> NDArray[np.float32]:
    out = np.full((*shape, 4), -1, np.float32)
    for index, top, values in maps.tiles(key, shape):
        out[top : top + len(values), :, index] = values
    return out[..., 1:]


def fault(path: Path, key: str = "a") -> MalformedError:
    with pytest.raises(MalformedError) as raised:
        read(open_soft_maps(path, TINY), key)
    return raised.value


@pytest.mark.parametrize("axes", ["hwc", "chw"])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f2", "<f8", "|u1", "<u2"])
@pytest.mark.parametrize("packed", [True, False])
def test_every_type_and_order_gives_the_probabilities(
    tmp_path: Path, axes: str, dtype: str, *, packed: bool
) -> None:
    soft = probabilities()
    kind = np.dtype(dtype)
    if kind.kind == "u":
        soft = np.rint(soft * np.iinfo(kind).max) / np.iinfo(kind).max
    scale = np.iinfo(kind).max if kind.kind == "u" else 1
    stored = np.ascontiguousarray(soft if axes == "hwc" else soft.transpose(2, 0, 1)) * scale
    path = folder(tmp_path, axes)
    (np.savez_compressed if packed else np.savez)(path / "a.npz", probs=stored.astype(kind))
    assert read(open_soft_maps(path, TINY), "a") == pytest.approx(soft, abs=1e-3)


def test_channels_follow_the_declared_order_and_may_leave_classes_out(tmp_path: Path) -> None:
    soft = probabilities()[..., :2]
    soft /= soft.sum(axis=-1, keepdims=True)
    path = folder(tmp_path, classes=("person", "unlabelled"), a=soft)
    maps = open_soft_maps(path, TINY)
    assert maps.classes == (3, 0)
    tiles = {index: values for index, _, values in maps.tiles("a", SHAPE)}
    assert tiles[3] == pytest.approx(soft[..., 0], abs=1e-6)


def test_rows_come_in_bands_so_that_memory_is_bounded(tmp_path: Path) -> None:
    shape = (700, 1000)
    soft = probabilities(shape=shape).astype(np.float32)
    maps = open_soft_maps(folder(tmp_path, a=soft), TINY)
    bands = {(top, len(values)) for _, top, values in maps.tiles("a", shape)}
    assert len(bands) > 1
    assert max(rows for _, rows in bands) * 1000 * 3 * 4 <= 2**22
    assert np.array_equal(read(maps, "a", shape), soft)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_folder_per_item_with_a_grey_png_per_class(tmp_path: Path, depth: int) -> None:
    soft, unit = probabilities(), 2**depth - 1
    for place, name in enumerate(CLASSES):
        (tmp_path / "b" / "a").mkdir(parents=True, exist_ok=True)
        values = np.rint(soft[..., place] * unit).astype(np.uint8 if depth == 8 else np.uint16)
        Image.fromarray(values).save(tmp_path / "b" / "a" / f"{name}.png")
    maps = open_soft_maps(tmp_path, TINY)
    assert read(maps, "b/a") == pytest.approx(soft, abs=1 / unit)
    assert read(maps, "a") == pytest.approx(soft, abs=1 / unit)


def test_a_class_without_its_png_is_a_fault_and_a_stray_png_a_finding(tmp_path: Path) -> None:
    plane = np.full(SHAPE, 255, np.uint8)
    for item, name in (("a", "road"), ("b", "road"), ("b", "car"), ("b", "dog")):
        (tmp_path / item).mkdir(exist_ok=True)
        Image.fromarray(plane).save(tmp_path / item / f"{name}.png")
    maps = open_soft_maps(tmp_path, TINY)
    assert [finding.rule for finding in maps.findings] == ["soft-map-class"]
    assert fault(tmp_path).rule == "soft-map-class"


def test_an_archive_serves_as_well_as_a_folder(tmp_path: Path) -> None:
    path = folder(tmp_path / "soft", a=probabilities())
    with zipfile.ZipFile(tmp_path / "soft.zip", "w") as archive:
        for file in path.iterdir():
            archive.write(file, file.name)
    assert np.array_equal(
        read(open_soft_maps(tmp_path / "soft.zip", TINY), "a"),
        read(open_soft_maps(path, TINY), "a"),
    )


FAULTS = {
    "soft-map-shape": probabilities(shape=(5, 8)),
    "soft-map-values": np.full((*SHAPE, 3), np.nan),
    "soft-map-sum": probabilities() * 0.9,
    "soft-map-broken": np.asfortranarray(probabilities()),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_what_is_no_probability_is_refused(tmp_path: Path, rule: str) -> None:
    assert fault(folder(tmp_path, a=FAULTS[rule])).rule == rule


@pytest.mark.parametrize("value", [-0.01, 1.5, np.inf])
def test_one_value_out_of_range_is_enough(tmp_path: Path, value: float) -> None:
    soft = probabilities()
    soft[2, 3, 1] = value
    error = fault(folder(tmp_path, a=soft))
    assert (error.rule, "1 values" in error.message) == ("soft-map-values", True)


def test_logits_are_told_from_probabilities(tmp_path: Path) -> None:
    assert "softmax" in fault(folder(tmp_path, a=probabilities() * 8 - 4)).remedy


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    error = fault(folder(tmp_path, a=np.array([print], dtype=object)))
    assert error.rule == "soft-map-broken"
    assert "'|O'" in error.message


def test_two_arrays_in_one_file_are_refused(tmp_path: Path) -> None:
    path = folder(tmp_path)
    np.savez(path / "a.npz", first=probabilities(), second=probabilities())
    assert "'first.npy', 'second.npy'" in fault(path).message


def test_a_bomb_is_refused_by_its_shape_before_it_is_unpacked(tmp_path: Path) -> None:
    path = folder(tmp_path)
    with zipfile.ZipFile(path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (40000, 40000, 3), }\n"
        start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
        archive.writestr("a.npy", start + bytes(2**24))
    assert fault(path).rule == "soft-map-shape"


def test_more_bytes_than_the_shape_needs_are_refused(tmp_path: Path) -> None:
    path = folder(tmp_path)
    file = io.BytesIO()
    np.lib.format.write_array(file, probabilities())
    with zipfile.ZipFile(path / "a.npz", "w") as archive:
        archive.writestr("a.npy", file.getvalue() + b"\0" * 8)
    assert "bytes" in fault(path).message


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_damaged_bytes_are_a_fault_and_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    path = tmp_path_factory.getbasetemp() / "damaged"
    folder(path, a=probabilities())
    data = bytearray((path / "a.npz").read_bytes())
    for place in rng.integers(0, len(data), rng.integers(1, 4)):
        data[place] = rng.integers(0, 256)
    (path / "a.npz").write_bytes(data[: rng.integers(1, len(data) + 1)])
    try:
        found = read(open_soft_maps(path, TINY), "a")
    except MalformedError:
        return
    assert np.isfinite(found).all()


def test_an_item_without_soft_map_is_a_fault_of_its_own(tmp_path: Path) -> None:
    assert fault(folder(tmp_path, a=probabilities()), "b").rule == "soft-map-missing"


def test_images_too_large_to_judge_at_once_are_refused(tmp_path: Path) -> None:
    maps = open_soft_maps(folder(tmp_path, a=probabilities()), TINY)
    with pytest.raises(MalformedError, match="tiles"):
        maps.tiles("a", (2**13, 2**12))


@pytest.mark.parametrize(
    ("declaration", "says"),
    [
        ("", "axes None"),
        ('axes = "hwc"', "classes None"),
        ('axes = "whc"\nclasses = ["road"]', "axes 'whc'"),
        ('axes = "hwc"\nclasses = ["raod"]', "Did you mean road"),
        ('axes = "hwc"\nclasses = ["road", "road"]', "twice"),
        ('axes = "hwc"\nclasses = ["road"]\norder = 1', "unknown field 'order'"),
        ("axes = ", "not valid TOML"),
    ],
)
def test_a_declaration_that_says_nothing_is_the_callers_mistake(
    tmp_path: Path, declaration: str, says: str
) -> None:
    path = folder(tmp_path, a=probabilities())
    (path / "soft.toml").write_text(declaration)
    with pytest.raises(ParameterError, match=says):
        open_soft_maps(path, TINY)


def test_axes_are_never_guessed(tmp_path: Path) -> None:
    path = folder(tmp_path, a=probabilities())
    (path / "soft.toml").unlink()
    with pytest.raises(ParameterError, match="nobody knows which axis is which"):
        open_soft_maps(path, TINY)


def test_a_folder_without_soft_maps_is_the_callers_mistake(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    with pytest.raises(SourceError, match="holds no soft maps"):
        open_soft_maps(tmp_path, TINY)
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    with pytest.raises(SourceError, match=r"ITEM/CLASS\.png"):
        open_soft_maps(tmp_path, TINY)
