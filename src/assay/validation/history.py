"""What images of a project usually hold: pixels of each class, image by image."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from assay.errors import SourceError
from assay.labels import Ontology

SCHEMA = "assay.history/1"


@dataclass(frozen=True, eq=False)
class History:
    """Class mixtures of images that were accepted.

    Parameters
    ----------
    classes
        Names of the classes.
    counts
        int64, shape (images, classes): pixels of each class.
    """

    classes: tuple[str, ...]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.counts)

    @classmethod
    def of(cls, ontology: Ontology, pixels: Sequence[NDArray[np.int64]]) -> Self:
        """Return the history that images with these pixels of each class make."""
        classes = len(ontology.classes)
        counts = np.array(pixels, np.int64).reshape(len(pixels), classes)
        counts.setflags(write=False)
        return cls(ontology.names, counts)

    def to_text(self) -> str:
        """Return the file that :meth:`from_text` reads back: JSON, one line an image.

        Examples
        --------
        >>> print(History(("road", "car"), np.array([[3, 0], [2, 1]])).to_text())
        {"schema": "assay.history/1",
         "classes": ["road", "car"],
         "pixels": [
          [3, 0],
          [2, 1]]}
        """
        names = json.dumps(list(self.classes), ensure_ascii=False)
        rows = ",".join(f"\n  {row}" for row in self.counts.tolist())
        return f'{{"schema": "{SCHEMA}",\n "classes": {names},\n "pixels": [{rows}]}}'

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a history file.

        Raises
        ------
        SourceError
            When the text is no history.

        Examples
        --------
        >>> text = '{"schema": "assay.history/1", "classes": ["road"], "pixels": [[3], [4]]}'
        >>> len(History.from_text(text))
        2
        """
        try:
            document = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise SourceError(f"The history is not JSON: {error}. {_WAY_OUT}") from error
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise SourceError(f"The history does not say schema {SCHEMA!r}. {_WAY_OUT}")
        return cls(*_checked(document))


_WAY_OUT = "Write one with `assay validate --write-history FILE`."


def _checked(document: Mapping[str, Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    classes, rows = document.get("classes"), document.get("pixels")
    if not isinstance(classes, list) or not isinstance(rows, list):
        raise SourceError(f"The history lacks classes or pixels. {_WAY_OUT}")
    if not all(isinstance(name, str) for name in classes):
        raise SourceError(f"The history's classes are not all names. {_WAY_OUT}")
    for place, row in enumerate(rows):
        whole = isinstance(row, list) and all(
            isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**62
            for count in row
        )
        if not whole or len(row) != len(classes):
            raise SourceError(
                f"Row {place} of the history's pixels is no list of {len(classes)} whole numbers. "
                f"{_WAY_OUT}"
            )
    counts = np.array(rows, np.int64).reshape(len(rows), len(classes))
    counts.setflags(write=False)
    return tuple(classes), counts
