"""Ids and colours of files, translated to class indexes exactly once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.labels import Ontology

#: Undeclared ids or colours that a message lists.
_LISTED = 8

#: More undeclared colours than this in one image are blends rather than classes.
_BLENDS = 16


@dataclass(frozen=True)
class ClassLookup:
    """Tables from ids and colours to indexes; made once per delivery.

    Parameters
    ----------
    ontology
        Whose ids and colours are declared.
    """

    ontology: Ontology

    @cached_property
    def _by_id(self) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
        declared = np.zeros(2**16, np.bool_)
        ids = self.ontology.ids
        declared[ids[ids < 2**16]] = True
        return self.ontology.lookup(2**16), declared

    @cached_property
    def _by_color(self) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        codes = color_codes(self.ontology.colors)
        order = np.argsort(codes)
        return codes[order], order.astype(np.uint16)

    def of_ids(self, depth: int) -> NDArray[np.uint16]:
        """Return the index of each id of ``depth`` bits; 0 where undeclared."""
        return self._by_id[0][: 2**depth]

    def of_colors(self, codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
        """Return the index of each colour, 0 where undeclared, and which colours are declared."""
        known, indexes = self._by_color
        places = np.minimum(np.searchsorted(known, codes), known.size - 1)
        declared = known[places] == codes
        return np.where(declared, indexes[places], np.uint16(0)), declared

    def undeclared_ids(self, key: str, counts: NDArray[np.int64]) -> tuple[Finding, ...]:
        """Return the finding about ids that have pixels but no class, if there are any.

        Parameters
        ----------
        key
            Item that the finding is about.
        counts
            Pixels of each id, shape (2**depth,).
        """
        stray = np.flatnonzero((counts > 0) & ~self._by_id[1][: counts.size])
        if not stray.size:
            return ()
        most = stray[np.argsort(-counts[stray], kind="stable")]
        listed = ", ".join(f"{i} ({counts[i]} px)" for i in most[:_LISTED])
        more = f" and {most.size - _LISTED} more" if most.size > _LISTED else ""
        message = (
            f"{counts[stray].sum()} px have ids that the ontology does not declare: {listed}{more}."
        )
        remedy = (
            "Correct the ids, or add the classes to the ontology. These pixels count as unlabelled."
        )
        return (Finding("undeclared-class", Severity.ERROR, key, message, remedy),)

    def lying_palette(
        self, key: str, counts: NDArray[np.int64], colors: NDArray[np.uint8]
    ) -> tuple[Finding, ...]:
        """Return the finding about ids that the palette shows in another class's colour.

        Parameters
        ----------
        key
            Item that the finding is about.
        counts
            Pixels of each id, shape (2**depth,).
        colors
            The palette, shape (entries, 3).
        """
        codes = color_codes(colors)
        shown, declared = self.of_colors(codes)
        meant = self.ontology.lookup(len(codes))
        lies = np.flatnonzero(
            declared & (meant > 0) & (shown != meant) & (counts[: len(codes)] > 0)
        )
        if not lies.size:
            return ()
        listed = ", ".join(
            f"{i} ({self._label(meant[i])}) in the colour of {self._label(shown[i])}"
            for i in lies[:_LISTED]
        )
        return (
            Finding(
                "palette-contradicts",
                Severity.WARNING,
                key,
                f"The palette shows ids in colours of other classes: {listed}.",
                "If the colours are right, read the delivery as color-png; if the ids are right, "
                "correct the palette.",
            ),
        )

    def _label(self, index: int) -> str:
        names = ("unlabelled", *self.ontology.names)
        return names[index] if index < len(names) else "void"


def color_codes(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return colours of shape (n, 3) as numbers ``0xrrggbb``, shape (n,)."""
    red, green, blue = colors.astype(np.uint32).T
    codes: NDArray[np.uint32] = (red << 16) | (green << 8) | blue
    return codes


def undeclared_colors(
    key: str, codes: NDArray[np.uint32], counts: NDArray[np.int64]
) -> tuple[Finding, ...]:
    """Return the finding about colours that are no class's, if there are any.

    Parameters
    ----------
    key
        Item that the finding is about.
    codes
        Undeclared colours as ``0xrrggbb``, with repetitions.
    counts
        Pixels of each.
    """
    if not codes.size:
        return ()
    distinct, places = np.unique(codes, return_inverse=True)
    pixels = np.bincount(places, weights=counts).astype(np.int64)
    most = np.argsort(-pixels, kind="stable")
    listed = ", ".join(f"#{distinct[i]:06x} ({pixels[i]} px)" for i in most[:_LISTED])
    more = f" and {most.size - _LISTED} more" if most.size > _LISTED else ""
    message = f"{pixels.sum()} px have colours that the ontology does not declare: {listed}{more}."
    remedy = (
        "So many colours are blends: export without antialiasing or smoothing, and without lossy "
        "compression. These pixels count as unlabelled."
        if distinct.size > _BLENDS
        else "Use the exact colours of the ontology, or add the classes to it. These pixels count "
        "as unlabelled."
    )
    return (Finding("undeclared-color", Severity.ERROR, key, message, remedy),)
