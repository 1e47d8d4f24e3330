"""The same maps as files: PNG with every filter and from every usual writer, and Assay's cache."""

import json
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import scenes
from benchmarks.scenes import Dense, Scene

#: PNG filter types by name, in the order of the specification (ISO/IEC 15948, 9.2).
FILTERS = ("none", "sub", "up", "average", "paeth")

Writer = Callable[[Path, Dense], None]


def write_png(path: Path, dense: Dense, *, row_filter: str, palette: bool = False) -> None:
    """Write 8-bit PNG with one filter for all rows, or ``adaptive``: the least sum of residuals."""
    height, width = dense.shape
    residuals = [_residuals(dense, code) for code in range(len(FILTERS))]
    if row_filter == "adaptive":
        sizes = [np.abs(rows.view(np.int8).astype(np.int16)).sum(axis=1) for rows in residuals]
        codes = np.argmin(sizes, axis=0).astype(np.uint8)
    else:
        codes = np.full(height, FILTERS.index(row_filter), np.uint8)
    rows = np.stack(residuals)[codes, np.arange(height)]
    stream = zlib.compress(np.column_stack([codes, rows]).tobytes(), 6)
    header = struct.pack(">IIBBBBB", width, height, 8, 3 if palette else 0, 0, 0, 0)
    colors = [_chunk(b"PLTE", bytes(i * k % 256 for i in range(256) for k in (7, 29, 53)))]
    chunks = [_chunk(b"IHDR", header), *(colors if palette else []), _chunk(b"IDAT", stream)]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b""))


def _residuals(dense: Dense, code: int) -> Dense:
    here = dense.astype(np.int16)
    left = np.pad(here, ((0, 0), (1, 0)))[:, :-1]
    above = np.pad(here, ((1, 0), (0, 0)))[:-1]
    corner = np.pad(here, ((1, 0), (1, 0)))[:-1, :-1]
    predicted = (0, left, above, (left + above) // 2, _paeth(left, above, corner))[code]
    return np.asarray(here - predicted, np.int16).astype(np.uint8)


def _paeth(
    left: NDArray[np.int16], above: NDArray[np.int16], corner: NDArray[np.int16]
) -> NDArray[np.int16]:
    guess = left + above - corner
    near = [np.abs(guess - neighbour) for neighbour in (left, above, corner)]
    chosen: NDArray[np.int16] = np.choose(np.argmin(near, axis=0), [left, above, corner])
    return chosen


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _own(row_filter: str, *, palette: bool = False) -> Writer:
    return lambda path, dense: write_png(path, dense, row_filter=row_filter, palette=palette)


def _pillow_palette(path: Path, dense: Dense) -> None:
    image = Image.fromarray(dense)
    image.putpalette(bytes(i * k % 256 for i in range(256) for k in (7, 29, 53)))
    image.save(path)


def _opencv(path: Path, dense: Dense) -> None:
    cv2.imwrite(str(path), dense)


#: Who writes PNG label maps, and how.
WRITERS: Mapping[str, Writer] = {
    "Pillow, grey": lambda path, dense: Image.fromarray(dense).save(path),
    "Pillow, palette": _pillow_palette,
    "OpenCV, grey": _opencv,
    **{f"filter {name}, grey": _own(name) for name in (*FILTERS, "adaptive")},
    "filter adaptive, palette": _own("adaptive", palette=True),
}


def write_pairs(folder: Path, pairs: tuple[Scene, ...], writer: Writer) -> None:
    """Write ``reference/0000.png`` and ``candidate/0000.png`` and so on."""
    for side in ("reference", "candidate"):
        (folder / side).mkdir(parents=True, exist_ok=True)
        for number, pair in enumerate(pairs):
            writer(folder / side / f"{number:04d}.png", getattr(pair, side))


def write_ontology(folder: Path) -> Path:
    """Write the ontology of the scenes and return its path."""
    path = folder / "ontology.json"
    path.write_text(json.dumps(scenes.ontology().to_document()), encoding="utf-8")
    return path
