"""What an entry of the corpus is, and the two small images that every delivery in it labels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from formats.archives import zip_bytes
from maps import TINY
from pngs import png

#: What becomes of the item ``a``: labels, none, or none for ``b`` either.
Fate = Literal["accepted", "item refused", "delivery refused"]

#: Right labels of both items as class indexes of :data:`maps.TINY`; whatever is wrong is so in
#: ``a``, and ``b`` shows that the rest of the delivery is read.
A, B = (
    np.array([[int(pixel) for pixel in row] for row in text.split()], np.uint8)
    for text in (
        "11111111 12220111 12220133 11111133 11444111 11111111",
        "22111111 22111111 11111331 11111331 10011111 11111111",
    )
)
SHAPE = A.shape


@dataclass(frozen=True, eq=False)
class Entry:
    """One file and the verdict that it must get.

    Parameters
    ----------
    family
        What kind of file is tried.
    wrong
        What is wrong with it, or tricky; unique in its family.
    build
        Makes the bytes.
    fate
        What becomes of item ``a``.
    codes
        All codes of findings that reading gives; empty where nothing is said.
    expected
        Class indexes of ``a`` where it is accepted, or the pixels of a photograph; made with numpy
        and never by what is tried.
    format
        In which format the delivery is read; ``""`` for a photograph that the buyer brings in.
    file
        What the file is called.
    """

    family: str
    wrong: str
    build: Callable[[], bytes]
    fate: Fate
    codes: frozenset[str]
    expected: NDArray[Any] | None
    format: str
    file: str

    def __str__(self) -> str:
        return f"{self.family}: {self.wrong}"


@dataclass(frozen=True)
class Family:
    """Makes the entries of one kind of file."""

    name: str
    format: str = "index-png"
    file: str = "labels.zip"

    def accepted(
        self, wrong: str, build: Callable[[], bytes], *codes: str, labels: NDArray[Any] = A
    ) -> Entry:
        """Return an entry whose labels are read, with those findings."""
        return self._entry(wrong, build, "accepted", codes, labels)

    def item_refused(self, wrong: str, build: Callable[[], bytes], *codes: str) -> Entry:
        """Return an entry whose item ``a`` gets no labels, while ``b`` is read."""
        return self._entry(wrong, build, "item refused", codes, None)

    def refused(self, wrong: str, build: Callable[[], bytes], *codes: str) -> Entry:
        """Return an entry of which nothing is read."""
        return self._entry(wrong, build, "delivery refused", codes, None)

    def _entry(
        self,
        wrong: str,
        build: Callable[[], bytes],
        fate: Fate,
        codes: tuple[str, ...],
        expected: NDArray[Any] | None,
    ) -> Entry:
        return Entry(
            self.name, wrong, build, fate, frozenset(codes), expected, self.format, self.file
        )


def ids(indexes: NDArray[Any]) -> NDArray[np.uint16]:
    """Return class ids of class indexes."""
    found: NDArray[np.uint16] = TINY.ids.astype(np.uint16)[indexes]
    return found


def index_png(indexes: NDArray[Any]) -> bytes:
    """Return class indexes as a grey PNG of ids."""
    return png(ids(indexes), [0] * len(indexes))


#: Sound label images of both items.
SOUND: Mapping[str, bytes] = {"a.png": index_png(A), "b.png": index_png(B)}


def with_a(data: bytes, name: str = "a.png") -> bytes:
    """Return a zip of a file for ``a`` beside a sound ``b``."""
    return zip_bytes({name: data, "b.png": SOUND["b.png"]})
