"""How the kinds of wrong pixel are named, explained and coloured, in charts and in pictures."""

from dataclasses import dataclass

from assay.report import ERROR_KINDS


@dataclass(frozen=True)
class Kind:
    """One kind of wrong pixel, as a reader sees it."""

    name: str
    title: str
    meaning: str
    color: str

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as three numbers from 0 to 255."""
        red, green, blue = bytes.fromhex(self.color[1:])
        return red, green, blue


# Each colour has a contrast of 3:1 or more to the light and to the dark page, so that bars and
# pictures share it.
_LOOKS = {
    "boundary_offset": ("Boundary offset", "the outline is off", "#c27c0e"),
    "missed_region": ("Missed region", "something was left out", "#d1435b"),
    "invented_region": ("Invented region", "something was made up", "#8a5cd6"),
    "swapped_class": ("Swapped class", "it was found, but named wrongly", "#1c8fa8"),
    "unlabelled": ("Unlabelled", "nobody drew anything", "#747d8c"),
}

#: Kinds in the order of ``ERROR_KINDS``.
KINDS = tuple(Kind(name, *_LOOKS[name]) for name in ERROR_KINDS)
