"""A model's probabilities, read strictly: one NPZ per item, or a folder of PNGs with one per class.

Probabilities come in tiles of one class and some rows, so that an image of any number of classes
takes the memory of a few planes.  What each axis and channel means is declared in ``soft.toml``,
never guessed.
"""

import ast
import struct
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.errors import MalformedError, OntologyError, ParameterError, SourceError
from assay.formats import archive_zip
from assay.formats.entry_names import shown
from assay.formats.label_images import key_of
from assay.formats.png import dense_samples
from assay.formats.png_container import GRAY, open_png
from assay.formats.source import Source, open_source
from assay.labels import Ontology

#: Class index, first row, and probabilities as float32 of shape (rows, width).
SoftTile = tuple[int, int, NDArray[np.float32]]

#: The file that says what the axes and channels of the arrays are.
DECLARATION = "soft.toml"

#: How a channel for unlabelled pixels is called.
UNLABELLED_NAME = "unlabelled"

#: Largest image whose probabilities are read; larger rasters come in tiles.
MAX_PIXELS = 2**24

#: How far the sum of a pixel's probabilities may be from 1, besides rounding.
SUM_TOLERANCE = 0.02

_AXES = ("chw", "hwc")
_FLOATS = ("f2", "f4", "f8")
_WHOLE = {"u1": 255, "u2": 65535}
_STEP_BYTES = 2**22
_AGAIN = "Write it again with numpy.savez_compressed(path, probabilities)."


@dataclass(frozen=True)
class SoftMaps:
    """Probabilities by item key; picklable.

    Parameters
    ----------
    source
        Where they are.
    axes
        ``"chw"`` or ``"hwc"``; empty where each class has a PNG of its own.
    classes
        Class index of each channel, in order.
    names
        Name of each channel's class.
    entries
        Entry of each key: an NPZ; or, for PNGs, the folder.
    findings
        Files that belong to nothing.
    """

    source: Source
    axes: str
    classes: tuple[int, ...]
    names: tuple[str, ...]
    entries: Mapping[str, str]
    findings: tuple[Finding, ...]

    def tiles(self, key: str, shape: tuple[int, int]) -> Iterator[SoftTile]:
        """Yield the probabilities of an item; each pixel once for each of ``classes``.

        Parameters
        ----------
        key
            Of the item.
        shape
            Height and width of its labels; another size is a fault.

        Raises
        ------
        MalformedError
            Where the item has no soft map or a broken one; sums are checked at the end.
        """
        entry = self.entries.get(key) or self.entries.get(PurePosixPath(key).name)
        if entry is None:
            raise MalformedError(
                "soft-map-missing",
                "There is no soft map for the item.",
                f"Predict the image and save {shown(key + '.npz')}, or check the names.",
            )
        if shape[0] * shape[1] > MAX_PIXELS:
            raise MalformedError(
                "soft-map-shape",
                f"The image has {shape[0]}×{shape[1]} px; at most {MAX_PIXELS} px are read.",
                "Split image, labels and soft map into tiles.",
            )
        raw = self._planes(entry, shape) if not self.axes else self._array(entry, shape)
        return _checked(raw, shape, len(self.classes))

    def _array(self, entry: str, shape: tuple[int, int]) -> Iterator["_Raw"]:
        stream, size = _open_member(self.source.view(entry))
        return _array_tiles(stream, size, shape, self.axes, self.classes)

    def _planes(self, folder: str, shape: tuple[int, int]) -> Iterator["_Raw"]:
        for index, name in zip(self.classes, self.names, strict=True):
            samples = _plane(self.source, f"{folder}/{name}.png", shape)
            yield _Raw(index, 0, samples, 255 if samples.dtype == np.uint8 else 65535)


@dataclass(frozen=True, eq=False)
class _Raw:
    """A tile as it is stored: values of ``unit`` mean 1."""

    index: int
    top: int
    values: NDArray[Any]
    unit: int


def open_soft_maps(path: Path, ontology: Ontology) -> SoftMaps:
    """List the soft maps of a directory or archive without reading them.

    Parameters
    ----------
    path
        A directory, zip or tar with ``soft.toml`` and one NPZ per item, called like the item; or
        with a folder per item that holds ``CLASS.png`` for each class.
    ontology
        Whose class names the files use.

    Raises
    ------
    SourceError
        When the path does not exist or holds no soft maps.
    ParameterError
        When ``soft.toml`` is absent beside NPZ files, or contradicts itself or the ontology.
    """
    source = open_source(path)
    arrays = {key_of(e): e for e in source.entries if e.lower().endswith(".npz")}
    pngs = [entry for entry in source.entries if entry.lower().endswith(".png")]
    if arrays and pngs:
        raise ParameterError(
            f"{shown(source.name)} holds {len(arrays)} NPZ and {len(pngs)} PNG files. Give the "
            "soft maps in one of the two forms."
        )
    if arrays:
        axes, names = _declared(source)
        indexes = tuple(_index(name, ontology) for name in names)
        return SoftMaps(source, axes, indexes, names, _also_by_name(arrays), source.findings)
    if pngs:
        return _open_planes(source, pngs, ontology)
    raise SourceError(
        f"{shown(source.name)} holds no soft maps. Give a folder with one NPZ per item and a "
        f"{DECLARATION}, or one folder per item with a PNG per class."
    )


def _declared(source: Source) -> tuple[str, tuple[str, ...]]:
    example = 'axes = "chw"\nclasses = ["road", "car"]'
    if DECLARATION not in source.entries:
        raise ParameterError(
            f"{shown(source.name)} has no {DECLARATION}, so nobody knows which axis is which. "
            f"Write one, for example:\n{example}"
        )
    try:
        table = tomllib.loads(source.read(DECLARATION).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, MalformedError) as error:
        raise ParameterError(f"{DECLARATION} is not valid TOML: {error}.") from error
    unknown = sorted(set(table) - {"axes", "classes"})
    if unknown:
        raise ParameterError(f"{DECLARATION} has an unknown field {unknown[0]!r}. Known: axes, "
                             "classes.")  # fmt: skip
    axes, names = table.get("axes"), table.get("classes")
    if axes not in _AXES:
        raise ParameterError(
            f'{DECLARATION} has axes {axes!r}; give "chw" for (classes, height, width) or '
            '"hwc" for (height, width, classes).'
        )
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise ParameterError(
            f"{DECLARATION} has classes {names!r}; give the class name of each channel, in order."
        )
    if len(set(names)) < len(names):
        raise ParameterError(f"{DECLARATION} names a class twice. Give each channel its own.")
    return axes, tuple(names)


def _index(name: str, ontology: Ontology) -> int:
    if name == UNLABELLED_NAME and name not in ontology.names:
        return 0
    try:
        return ontology.index_of(name)
    except OntologyError as error:
        raise ParameterError(f"Soft maps: {error}") from error


def _also_by_name(entries: Mapping[str, str]) -> dict[str, str]:
    """Return the entries by key, and by name without folders where that is unique."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for key, entry in entries.items():
        names[PurePosixPath(key).name].append(entry)
    unique = {name: found[0] for name, found in names.items() if len(found) == 1}
    return unique | dict(entries)


def _open_planes(source: Source, pngs: Sequence[str], ontology: Ontology) -> SoftMaps:
    known = {*ontology.names, UNLABELLED_NAME}
    folders: dict[str, str] = {}
    found: set[str] = set()
    strays: list[str] = []
    for entry in pngs:
        folder, _, file = entry.rpartition("/")
        name = file[: -len(".png")]
        if not folder or name not in known:
            strays.append(entry)
            continue
        folders[folder] = folder
        found.add(name)
    if not found:
        raise SourceError(
            f"{shown(source.name)} holds {len(pngs)} PNG files, but none is ITEM/CLASS.png with a "
            f"class of the ontology, such as {shown(ontology.names[0] + '.png')}."
        )
    names = tuple(name for name in (UNLABELLED_NAME, *ontology.names) if name in found)
    indexes = tuple(_index(name, ontology) for name in names)
    findings = (*source.findings, *_strays(strays))
    return SoftMaps(source, "", indexes, names, _also_by_name(folders), findings)


def _strays(entries: Sequence[str]) -> Iterable[Finding]:
    if entries:
        yield Finding(
            "soft-map-class",
            Severity.WARNING,
            "",
            f"{len(entries)} PNG files are no class of an item, for example {shown(entries[0])}.",
            "Call each file by the name of its class, in a folder called like the item.",
        )


def _plane(source: Source, entry: str, shape: tuple[int, int]) -> NDArray[Any]:
    if entry not in source.entries:
        raise MalformedError(
            "soft-map-class",
            f"There is no {shown(entry)}, though other items have that class.",
            "Save a PNG for every class, also where its probability is 0 throughout.",
        )
    container = open_png(source.read(entry))
    header = container.header
    if header.kind != GRAY or header.depth not in (8, 16):
        raise MalformedError(
            "soft-map-broken",
            f"{shown(entry)} is no grey PNG of 8 or 16 bits.",
            "Save probabilities as grey values, 0 for 0 and the greatest value for 1.",
        )
    _check_shape((header.height, header.width), shape, "(height, width)")
    samples: NDArray[Any] = dense_samples(container)[..., 0]
    return samples


def _check_shape(found: tuple[int, ...], wanted: tuple[int, ...], axes: str) -> None:
    if found != wanted:
        raise MalformedError(
            "soft-map-shape",
            f"The soft map has shape {found}; the labels and {DECLARATION} demand {wanted}, "
            f"which is {axes}.",
            "Predict at the size of the image, and declare axes and classes as they are.",
        )


@dataclass(frozen=True)
class _Memory:
    """Bytes in memory or mapped, read by position."""

    data: memoryview

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, length: int) -> bytes:
        return bytes(self.data[offset : offset + length])


class _Stream:
    """Parts of an entry as one stream of bytes; lives inside one call."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = b""

    def take(self, length: int) -> bytes:
        """Return the next bytes, fewer only where the entry ends."""
        pieces, have = [self._rest], len(self._rest)
        while have < length and (part := next(self._parts, b"")):
            pieces.append(part)
            have += len(part)
        data = b"".join(pieces)
        self._rest = data[length:]
        return data[:length]

    def finish(self) -> None:
        """Read to the end, because only there the checksum is verified."""
        for _ in self._parts:
            pass


def _open_member(data: memoryview) -> tuple[_Stream, int]:
    """Return the bytes of the only array of an NPZ, and how many they are.

    Any packing ratio will do: what is read is bounded by the size of the labels, not of the file.
    """
    file = _Memory(data)
    listing = archive_zip.list_zip(file, max_ratio=2**62)
    for finding in listing.findings:
        raise MalformedError("soft-map-broken", finding.message, _AGAIN)
    if len(listing.entries) != 1 or not listing.entries[0][0].endswith(".npy"):
        held = ", ".join(shown(name) for name, _ in listing.entries[:4]) or "nothing"
        raise MalformedError(
            "soft-map-broken", f"The NPZ holds {held} instead of one array.", _AGAIN
        )
    ((name, entry),) = listing.entries
    return _Stream(archive_zip.unpacked_parts(file, name, entry)), entry.size


def _array_tiles(
    stream: _Stream,
    size: int,
    shape: tuple[int, int],
    axes: str,
    classes: Sequence[int],
) -> Iterator[_Raw]:
    dtype, found, header = _header(stream)
    height, width = shape
    wanted = (len(classes), *shape) if axes == "chw" else (*shape, len(classes))
    words = "(classes, height, width)" if axes == "chw" else "(height, width, classes)"
    _check_shape(found, wanted, words)
    if size != header + int(np.prod(wanted)) * dtype.itemsize:
        raise MalformedError(
            "soft-map-broken",
            f"The array has {size - header} bytes, which are not those of {found} {dtype.name}.",
            _AGAIN,
        )
    unit = _WHOLE.get(dtype.str[1:], 1)
    row_values = width if axes == "chw" else width * len(classes)
    step = max(1, _STEP_BYTES // (row_values * dtype.itemsize))
    for index in classes if axes == "chw" else (-1,):
        for top in range(0, height, step):
            rows = min(step, height - top)
            data = np.frombuffer(stream.take(rows * row_values * dtype.itemsize), dtype)
            if index >= 0:
                yield _Raw(index, top, data.reshape(rows, width), unit)
                continue
            pixels = data.reshape(rows, width, len(classes))
            for channel, each in enumerate(classes):
                yield _Raw(each, top, pixels[..., channel], unit)
    stream.finish()


def _header(stream: _Stream) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """Return type and shape of an NPY, and the bytes of its header (NEP 1, versions 1.0 to 3.0)."""
    start = stream.take(8)
    long = start[6:7] in (b"\x02", b"\x03")
    if start[:6] != b"\x93NUMPY" or not (long or start[6:7] == b"\x01"):
        raise MalformedError("soft-map-broken", "The entry is no array of NumPy.", _AGAIN)
    counted = stream.take(4 if long else 2)
    length = struct.unpack("<I" if long else "<H", counted.ljust(4 if long else 2, b"\0"))[0]
    if length > 4096:
        raise MalformedError(
            "soft-map-broken", f"The array's header claims {length} bytes.", _AGAIN
        )
    text = stream.take(length)
    try:
        table = ast.literal_eval(text.decode("latin-1").strip())
        shape, code = tuple(table["shape"]), table["descr"]
        fortran = table["fortran_order"]
        dtype = np.dtype(code) if isinstance(code, str) and len(code) <= 4 else None
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        raise MalformedError("soft-map-broken", "The array's header is broken.", _AGAIN) from None
    if dtype is None or dtype.str[1:] not in (*_FLOATS, *_WHOLE):
        raise MalformedError(
            "soft-map-broken",
            f"The array holds {str(code)[:40]!r}; probabilities are float16, float32, float64, "
            "uint8 or uint16.",
            _AGAIN,
        )
    if fortran is not False or not all(type(side) is int for side in shape):
        raise MalformedError(
            "soft-map-broken",
            "The array is stored in Fortran order.",
            "Save numpy.ascontiguousarray(probabilities).",
        )
    return dtype, shape, len(start) + len(counted) + length


def _checked(raws: Iterator[_Raw], shape: tuple[int, int], classes: int) -> Iterator[SoftTile]:
    """Yield tiles as float32 in native order, after looking for values that cannot be."""
    totals = np.zeros(shape, np.float32)
    tolerance = SUM_TOLERANCE
    for raw in raws:
        values = np.ascontiguousarray(raw.values, np.float32)
        if raw.unit > 1:
            values /= np.float32(raw.unit)
            tolerance = SUM_TOLERANCE + classes * 0.5 / raw.unit
        # NaN fails both comparisons.
        if not (float(values.min()) >= 0 and float(values.max()) <= 1 + SUM_TOLERANCE):
            strange = values[~((values >= 0) & (values <= 1 + SUM_TOLERANCE))]
            raise MalformedError(
                "soft-map-values",
                f"{strange.size} values of a class lie outside 0 to 1, for example {strange[0]:g}.",
                "Save probabilities: apply the softmax to logits first.",
            )
        totals[raw.top : raw.top + len(values)] += values
        yield raw.index, raw.top, values
    # Not abs(totals - 1), which would take two planes more.
    off = (totals < 1 - tolerance) | (totals > 1 + tolerance)
    if off.any():
        raise MalformedError(
            "soft-map-sum",
            f"The probabilities of {int(off.sum())} px do not add up to 1, for example to "
            f"{totals[off][0]:.3f}.",
            "Apply the softmax over all classes, and save every channel.",
        )
