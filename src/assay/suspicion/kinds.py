"""What may be wrong with a region of labels."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of suspect region.

    Parameters
    ----------
    name
        What JSON and CSV call it, for example ``"missing_object"``.
    title, plural
        What people call one, and several.
    says
        What the evidence says, with ``{label}`` and ``{rival}`` for the two classes.
    remedy
        What to do, if the evidence is right.
    weight
        What a score is multiplied by, 0 to 1: how telling the shape of the difference is.  The
        inside of an object is seldom seen wrongly; a border often is.
    thin
        Whether regions of this kind are small by nature, so that their size says nothing.
    """

    name: str
    title: str
    plural: str
    says: str
    remedy: str
    weight: float
    thin: bool = False


MISSING_OBJECT = Kind(
    "missing_object",
    "missing object",
    "missing objects",
    "{rival} is seen where {label} is labelled",
    "Look whether there is a {rival} here; if so, draw it.",
    0.8,
)
EXTRA_OBJECT = Kind(
    "extra_object",
    "extra object",
    "extra objects",
    "{label} is labelled where {rival} is seen",
    "Look whether there is a {label} here; if not, remove it.",
    0.8,
)
SWAPPED_CLASS = Kind(
    "swapped_class",
    "swapped class",
    "swapped classes",
    "a region labelled {label} is seen as {rival}",
    "Check the class against the guideline; rename the region if it is {rival}.",
    0.8,
)
HOLE = Kind(
    "hole",
    "hole",
    "holes",
    "{label} is labelled inside of what is seen as whole {rival}",
    "Fill the hole, unless {label} really shows through.",
    1.0,
    thin=True,
)
FILLED_HOLE = Kind(
    "filled_hole",
    "filled hole",
    "filled holes",
    "{rival} is seen through a gap that is labelled {label}",
    "Look whether {rival} shows through; if so, and the guideline asks for it, cut the hole.",
    0.5,
)
SPLIT = Kind(
    "split",
    "split object",
    "split objects",
    "parts labelled {rival} are seen as one, also where {label} parts them",
    "Look whether the parts are one {rival}; if so, join them.",
    0.8,
    thin=True,
)
MERGE = Kind(
    "merge",
    "merged objects",
    "merged objects",
    "one region labelled {label} is seen as several, with {rival} between them",
    "Look whether these are several objects; if so, part them.",
    0.8,
    thin=True,
)
BOUNDARY = Kind(
    "boundary",
    "boundary",
    "boundaries",
    "the border of {label} and {rival} is seen elsewhere, farther off than the tolerance",
    "Draw the border again.",
    0.5,
)

#: All kinds, in the order in which reports count them.
KINDS = (
    MISSING_OBJECT,
    EXTRA_OBJECT,
    SWAPPED_CLASS,
    HOLE,
    FILLED_HOLE,
    SPLIT,
    MERGE,
    BOUNDARY,
)

KIND_BY_NAME = {kind.name: kind for kind in KINDS}
