"""A label map is its horizontal runs."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay import kernels
from assay.errors import LabelMapError

#: The linear end of a run is a uint32, so a map has at most this many pixels; tile larger rasters.
MAX_PIXELS = 2**32 - 1

_IDENTITY = np.arange(2**16, dtype=np.uint16)
_IDENTITY.setflags(write=False)

_FAULTS = {
    1: "row_starts must rise from 0 to the number of runs, with at least one run a row",
    2: "ends must strictly increase",
    3: "neighbouring runs of a row must differ in value",
    4: "the last run of a row must stop at the row's end",
}


@dataclass(frozen=True, eq=False)
class LabelMap:
    """One class index per pixel, stored as row-wise runs that stop at row ends.

    The form is canonical: equal maps have equal arrays and one :attr:`digest`.

    Parameters
    ----------
    height, width
        Size in pixels, each at least 1.
    ends
        uint32, shape (runs,): exclusive end of each run in row-major pixel order.
    values
        uint16, shape (runs,): dense class index of each run (see :class:`assay.labels.Ontology`).
    row_starts
        int64, shape (height + 1,): index of the first run of each row, then the number of runs.

    Raises
    ------
    LabelMapError
        When the arrays are not a canonical run list of that size.

    Examples
    --------
    >>> label_map = LabelMap.from_dense([[1, 1, 2], [2, 2, 2]])
    >>> label_map.ends.tolist(), label_map.values.tolist()
    ([2, 3, 6], [1, 2, 2])
    >>> label_map.to_dense().tolist()
    [[1, 1, 2], [2, 2, 2]]
    """

    height: int
    width: int
    ends: NDArray[np.uint32]
    values: NDArray[np.uint16]
    row_starts: NDArray[np.int64]

    def __post_init__(self) -> None:
        _check_size(self.height, self.width)
        for name, dtype in (("ends", np.uint32), ("values", np.uint16), ("row_starts", np.int64)):
            array = getattr(self, name)
            if array.dtype != dtype or array.ndim != 1:
                raise LabelMapError(
                    f"{name} is {array.dtype} with {array.ndim} axes; give one axis of "
                    f"{np.dtype(dtype)}, or build the map with LabelMap.from_runs."
                )
            # A view, so that the caller's array stays writable for the caller.
            view = array.view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)
        if self.ends.size != self.values.size or self.row_starts.size != self.height + 1:
            raise LabelMapError(
                f"{self.ends.size} ends, {self.values.size} values and {self.row_starts.size} row "
                f"starts do not describe {self.height} rows; build the map with LabelMap.from_runs."
            )
        arrays = (self.ends, self.values, self.row_starts, self.width)
        if not kernels.runs.is_sound(*arrays):
            code, run = kernels.runs.first_fault(*arrays)
            raise LabelMapError(
                f"Run {run} of a {self.height}×{self.width} map: {_FAULTS[code]}. "
                "Build the map with LabelMap.from_runs."
            )

    @classmethod
    def from_dense(cls, pixels: ArrayLike) -> Self:
        """Encode a dense array.

        Parameters
        ----------
        pixels
            Integers from 0 to 65535, shape (height, width).

        Raises
        ------
        LabelMapError
            When the array has not two axes, is empty, or holds a value outside the range.
        """
        dense = np.asarray(pixels)
        if dense.ndim != 2:
            raise LabelMapError(
                f"A label map has two axes, this array has shape {dense.shape}. "
                "Give one class index per pixel, not colours or one-hot planes."
            )
        height, width = dense.shape
        _check_size(height, width)
        flat = _narrow(dense).reshape(-1)
        ends = np.empty(flat.size, np.uint32)
        values = np.empty(flat.size, np.uint16)
        row_starts = np.empty(height + 1, np.int64)
        count = kernels.runs.encode_rows(flat, width, ends, values, row_starts)
        return cls(height, width, ends[:count].copy(), values[:count].copy(), row_starts)

    @classmethod
    def from_runs(
        cls,
        height: int,
        width: int,
        ends: ArrayLike,
        values: ArrayLike,
        *,
        lookup: NDArray[np.uint16] = _IDENTITY,
    ) -> Self:
        """Bring any runs in row-major order to canonical form.

        Parameters
        ----------
        height, width
            Size in pixels.
        ends
            Strictly increasing exclusive ends; runs may cross rows and repeat a value.  The last
            one is ``height * width``.
        values
            One value per run, 0 to 65535.
        lookup
            uint16: what each value becomes; the identity by default.

        Raises
        ------
        LabelMapError
            When ends do not rise to ``height * width`` or a value has no entry in ``lookup``.
        """
        _check_size(height, width)
        ends = np.ascontiguousarray(ends, np.int64)
        values = np.ascontiguousarray(values, np.int64)
        pixels = height * width
        if ends.ndim != 1 or ends.shape != values.shape or not ends.size or ends[-1] != pixels:
            raise LabelMapError(
                f"Runs of a {height}×{width} map end at {ends[-1] if ends.size else 'nothing'}, "
                f"with {values.size} values for {ends.size} ends. "
                f"Give one value per run, the last run ending at {pixels}."
            )
        if ends[0] <= 0 or (ends[1:] <= ends[:-1]).any():
            raise LabelMapError("Run ends must strictly increase. Leave empty runs out.")
        if values.min() < 0 or values.max() >= lookup.size:
            raise LabelMapError(
                f"Run values span {values.min()} to {values.max()}, but must lie in 0 to "
                f"{lookup.size - 1}. Translate ids to class indexes first."
            )
        return cls._canonical(height, width, ends, values, lookup)

    @classmethod
    def _canonical(
        cls,
        height: int,
        width: int,
        ends: NDArray[Any],
        values: NDArray[Any],
        lookup: NDArray[np.uint16],
    ) -> Self:
        room = ends.size + height
        new_ends = np.empty(room, np.uint32)
        new_values = np.empty(room, np.uint16)
        row_starts = np.empty(height + 1, np.int64)
        count = kernels.runs.canonical_runs(
            ends, values, lookup, width, new_ends, new_values, row_starts
        )
        return cls(height, width, new_ends[:count].copy(), new_values[:count].copy(), row_starts)

    @classmethod
    def filled(cls, height: int, width: int, value: int = 0) -> Self:
        """Return a map of one value, unlabelled by default."""
        return cls.from_runs(height, width, [height * width], [value])

    def to_dense(self) -> NDArray[np.uint16]:
        """Return the map as a new array of shape (height, width), uint16."""
        out = np.empty(self.height * self.width, np.uint16)
        kernels.runs.decode_runs(self.ends, self.values, out)
        return out.reshape(self.height, self.width)

    def relabel(self, lookup: NDArray[np.uint16]) -> Self:
        """Return the map with every value ``v`` replaced by ``lookup[v]``.

        Raises
        ------
        LabelMapError
            When a value of the map has no entry in ``lookup``.
        """
        if int(self.values.max()) >= lookup.size:
            raise LabelMapError(
                f"The map holds value {self.values.max()}, but the lookup has {lookup.size} "
                "entries. Give one entry per value."
            )
        return self._canonical(
            self.height, self.width, self.ends, self.values, lookup.astype(np.uint16, copy=False)
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.height, self.width

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.height * self.width

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each run in pixels, shape (runs,)."""
        lengths = np.diff(self.ends, prepend=np.uint32(0)).astype(np.int64)
        lengths.setflags(write=False)
        return lengths

    @cached_property
    def digest(self) -> str:
        """SHA-256 of size and runs, as 64 hexadecimal digits: one digest for equal maps.

        It says that two maps hold the same labels, whatever file or encoder they came from.
        """
        content = hashlib.sha256(b"assay label map 1\0")
        content.update(np.array([self.height, self.width], "<u8").tobytes())
        content.update(self.ends.astype("<u4", copy=False).tobytes())
        content.update(self.values.astype("<u2", copy=False).tobytes())
        return content.hexdigest()

    def counts(self, size: int) -> NDArray[np.int64]:
        """Return the number of pixels of each value, shape (size,)."""
        return np.bincount(self.values, weights=self.lengths, minlength=size).astype(np.int64)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabelMap):
            return NotImplemented
        return (
            self.shape == other.shape
            and np.array_equal(self.ends, other.ends)
            and np.array_equal(self.values, other.values)
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"LabelMap({self.height}×{self.width} px, {self.ends.size} runs)"


def _check_size(height: int, width: int) -> None:
    if height < 1 or width < 1 or height * width > MAX_PIXELS:
        raise LabelMapError(
            f"A label map of {height}×{width} px is not possible: each side is at least 1 px and "
            f"the area at most {MAX_PIXELS} px. Split larger rasters into tiles."
        )


def _narrow(dense: NDArray[Any]) -> NDArray[np.uint8] | NDArray[np.uint16]:
    if dense.dtype in (np.uint8, np.uint16):
        return np.ascontiguousarray(dense)
    if dense.dtype != np.bool_ and not np.issubdtype(dense.dtype, np.integer):
        raise LabelMapError(f"Class indexes are whole numbers, this array is {dense.dtype}.")
    if dense.min() < 0 or dense.max() > np.iinfo(np.uint16).max:
        raise LabelMapError(
            f"Class indexes lie in 0 to 65535, this array spans {dense.min()} to {dense.max()}. "
            "Translate ids with Ontology.index_of first."
        )
    return np.ascontiguousarray(dense, np.uint16)
