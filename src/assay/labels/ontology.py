"""The classes of a project, and their dense internal index."""

import colorsys
import difflib
import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from assay.errors import OntologyError

Color = tuple[int, int, int]

#: Index of a pixel that no declared class covers.
UNLABELLED = 0


@dataclass(frozen=True)
class LabelClass:
    """One class that an annotator may draw.

    Parameters
    ----------
    name
        What people call it; unique.
    id
        Number that files use for it; unique, 0 or more.
    color
        Red, green, blue, each 0 to 255; unique.  Files also write ``"#804080"``.
    definition
        What belongs to the class and what does not.
    parent
        Name of the group, or of the class, that it is part of.
    kind
        ``"thing"`` for countable objects, ``"stuff"`` for regions without instances.
    weight
        How much an error costs, relative to 1; a missed pedestrian is not a missed bush.
    minimum_region_px
        Connected regions smaller than this are noise: they are not counted as objects.
    boundary_tolerance_px
        How far a boundary may be off before it counts as an error of shape.
    minimum_width_px
        A region that is nowhere so wide, so that no square of that side fits into it, is a slip.
    inside
        Names of the classes that surround this one: a number plate lies inside a car.  Any of
        them will do; empty means anywhere.
    next_to
        Names of the classes of which this one touches at least one: a rider sits on a bicycle or
        on a motorcycle.  Empty means it may stand alone.
    """

    name: str
    id: int
    color: Color
    definition: str = ""
    parent: str | None = None
    kind: Literal["thing", "stuff"] = "stuff"
    weight: float = 1.0
    minimum_region_px: int = 1
    boundary_tolerance_px: int = 2
    minimum_width_px: int = 1
    inside: tuple[str, ...] = ()
    next_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        label = f"Class {self.name!r}"
        if not isinstance(self.name, str) or not self.name.strip():
            raise OntologyError("A class has no name. Give every class a non-empty name.")
        _require(_whole(self.id, 0, 2**31 - 1), label, "id", self.id, "a whole number from 0")
        _require(
            isinstance(self.color, tuple)
            and len(self.color) == 3
            and all(_whole(part, 0, 255) for part in self.color),
            label, "color", self.color, 'three numbers from 0 to 255, or "#rrggbb"',
        )  # fmt: skip
        _require(isinstance(self.definition, str), label, "definition", self.definition, "a text")
        _require(
            self.parent is None or isinstance(self.parent, str),
            label, "parent", self.parent, "the name of a group or class",
        )  # fmt: skip
        _require(self.kind in ("thing", "stuff"), label, "kind", self.kind, '"thing" or "stuff"')
        _require(
            isinstance(self.weight, int | float)
            and not isinstance(self.weight, bool)
            and math.isfinite(self.weight)
            and self.weight >= 0,
            label, "weight", self.weight, "a number of 0 or more",
        )  # fmt: skip
        _require(
            _whole(self.minimum_region_px, 1, 2**31 - 1),
            label, "minimum_region_px", self.minimum_region_px, "a whole number of pixels from 1",
        )  # fmt: skip
        _require(
            _whole(self.boundary_tolerance_px, 0, 1000),
            label, "boundary_tolerance_px", self.boundary_tolerance_px, "0 to 1000 pixels",
        )  # fmt: skip
        _require(
            _whole(self.minimum_width_px, 1, 1000),
            label, "minimum_width_px", self.minimum_width_px, "1 to 1000 pixels",
        )  # fmt: skip
        for field in ("inside", "next_to"):
            names = getattr(self, field)
            _require(
                isinstance(names, tuple) and all(isinstance(name, str) for name in names),
                label, field, names, 'a list of class names, such as ["car", "truck"]',
            )  # fmt: skip


@dataclass(frozen=True)
class Ontology:
    """Classes with a dense index: 0 is unlabelled, then the classes in order, then the void ids.

    Label maps hold these indexes.  A **void** index in a reference marks pixels that are not
    scored; in a candidate it counts as unlabelled, because nobody may declare a pixel void but
    the buyer.

    Parameters
    ----------
    classes
        At least one class.
    void_ids
        Ids that mark pixels nobody could decide on.
    unlabelled_id
        Id written for unlabelled pixels; 0 where that is free, else 255, else the smallest free
        id.
    void_colors
        One colour per void id, for colour images; black first, where it is free.
    unlabelled_color
        Colour of unlabelled pixels; white where that is free.

    Raises
    ------
    OntologyError
        When names, ids or colours clash, or there are more than 65,000 classes.

    Examples
    --------
    >>> ontology = Ontology.from_toml('''
    ... void_ids = [255]
    ... [[class]]
    ... name = "road"
    ... id = 7
    ... color = "#804080"
    ... [[class]]
    ... name = "person"
    ... id = 24
    ... color = [220, 20, 60]
    ... kind = "thing"
    ... weight = 5.0
    ... ''')
    >>> ontology.names
    ('road', 'person')
    >>> ontology.ids.tolist()  # index 0 unlabelled, 1 and 2 the classes, 3 void
    [0, 7, 24, 255]
    """

    classes: tuple[LabelClass, ...]
    void_ids: tuple[int, ...] = ()
    unlabelled_id: int | None = None
    void_colors: tuple[Color, ...] | None = None
    unlabelled_color: Color | None = None

    def __post_init__(self) -> None:
        if not self.classes:
            raise OntologyError("The ontology has no class. Add a [[class]] with name, id, color.")
        if len(self.classes) + len(self.void_ids) > 65_000:
            raise OntologyError(f"{len(self.classes)} classes; an ontology has at most 65,000.")
        if not all(_whole(void, 0, 2**31 - 1) for void in self.void_ids):
            raise OntologyError(f"void_ids is {list(self.void_ids)}; give whole numbers from 0.")
        ids = [label.id for label in self.classes] + list(self.void_ids)
        if self.unlabelled_id is None:
            free = next(i for i in (0, 255, *range(len(ids) + 1)) if i not in set(ids))
            object.__setattr__(self, "unlabelled_id", free)
        self._settle_colors()
        _unique("name", [label.name for label in self.classes])
        _unique("id", [*ids, self.unlabelled_id])
        _unique("color", [tuple(color) for color in self.colors.tolist()])
        self._check_parents()
        self._check_relations()

    def _settle_colors(self) -> None:
        taken = {label.color for label in self.classes}
        if self.void_colors is None:
            chosen: list[Color] = []
            for _ in self.void_ids:
                chosen.append(_free_color(taken, (0, 0, 0)))
                taken.add(chosen[-1])
            object.__setattr__(self, "void_colors", tuple(chosen))
        taken.update(self.void_colors or ())
        if len(self.void_colors or ()) != len(self.void_ids):
            raise OntologyError(
                f"{len(self.void_colors or ())} void_colors for {len(self.void_ids)} void_ids; "
                "give one colour per void id, in the same order."
            )
        if self.unlabelled_color is None:
            object.__setattr__(self, "unlabelled_color", _free_color(taken, (255, 255, 255)))

    def _check_parents(self) -> None:
        parents = {label.name: label.parent for label in self.classes}
        for name, parent in parents.items():
            seen = [name]
            above = parent
            while above is not None and above in parents:
                if above in seen:
                    raise OntologyError(
                        f"Class {name!r} is its own ancestor ({' → '.join([*seen, above])}). "
                        "Remove one parent."
                    )
                seen.append(above)
                above = parents[above]

    def _check_relations(self) -> None:
        for label in self.classes:
            for field in ("inside", "next_to"):
                for name in getattr(label, field):
                    self._check_relation(label, field, name)
        self._check_nesting()

    def _check_relation(self, label: LabelClass, field: str, name: str) -> None:
        if name == label.name:
            raise OntologyError(
                f"Class {name!r} names itself in {field}. Name the classes around it."
            )
        if name not in self.names:
            near = difflib.get_close_matches(name, self.names, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(self.names)}."
            raise OntologyError(
                f"Class {label.name!r} has {name!r} in {field}, which the ontology does not "
                f"declare. {hint}"
            )

    def _check_nesting(self) -> None:
        """Refuse classes that could lie nowhere: each inside another that lies inside it."""
        # A class can be drawn when it may lie anywhere, or inside one that can be drawn.
        possible = {label.name for label in self.classes if not label.inside}
        waiting = [label for label in self.classes if label.inside]
        while found := [label for label in waiting if possible.intersection(label.inside)]:
            possible.update(label.name for label in found)
            waiting = [label for label in waiting if label.name not in possible]
        if waiting:
            listed = ", ".join(f"{label.name!r} in {list(label.inside)}" for label in waiting)
            raise OntologyError(
                f"Classes lie inside each other in a circle ({listed}), so that none can be drawn. "
                "Take one out of inside."
            )

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Parse a TOML ontology: ``[[class]]`` tables and optional top-level ``void_ids``.

        Raises
        ------
        OntologyError
            When the text is not TOML, or is an ontology that contradicts itself.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise OntologyError(f"The ontology is not valid TOML: {error}.") from error
        return cls.from_document(document)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse a JSON ontology with the same names as the TOML one.

        Raises
        ------
        OntologyError
            When the text is not JSON, or is an ontology that contradicts itself.
        """
        try:
            document = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise OntologyError(f"The ontology is not valid JSON: {error}.") from error
        return cls.from_document(document)

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Build an ontology from the parsed document of a file; raises OntologyError."""
        known = ("class", "void_ids", "unlabelled_id", "void_colors", "unlabelled_color")
        table = _table(document, "The ontology", known)
        rows = table.get("class")
        if not isinstance(rows, list):
            raise OntologyError("The ontology has no class. Add a [[class]] with name, id, color.")
        void_ids = table.get("void_ids", [])
        void_colors = table.get("void_colors")
        unlabelled = table.get("unlabelled_color")
        if not isinstance(void_ids, list) or not isinstance(void_colors, list | None):
            raise OntologyError("void_ids and void_colors are lists, for example void_ids = [255].")
        return cls(
            tuple(_read_class(row, place) for place, row in enumerate(rows, 1)),
            tuple(void_ids),
            table.get("unlabelled_id"),
            None if void_colors is None else tuple(_read_color(c, "void") for c in void_colors),
            None if unlabelled is None else _read_color(unlabelled, "unlabelled"),
        )

    def to_document(self) -> dict[str, Any]:
        """Return the ontology as plain values that :meth:`from_document` reads back."""
        return {
            "class": [
                {
                    field.name: _plain(field.name, value)
                    for field in fields(LabelClass)
                    if (value := getattr(label, field.name)) not in (None, ())
                }
                for label in self.classes
            ],
            "void_ids": list(self.void_ids),
            "void_colors": [_hex(color) for color in self.void_colors or ()],
            "unlabelled_id": self.unlabelled_id,
            "unlabelled_color": _hex(self.unlabelled_color or (255, 255, 255)),
        }

    @property
    def size(self) -> int:
        """Number of indexes: unlabelled, classes, void ids."""
        return 1 + len(self.classes) + len(self.void_ids)

    @property
    def first_void(self) -> int:
        """Index of the first void id; void indexes run from here to ``size``."""
        return 1 + len(self.classes)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Class names in order, without unlabelled and void."""
        return tuple(label.name for label in self.classes)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """Id of each index, shape (size,)."""
        return _frozen(
            [self.unlabelled_id, *(label.id for label in self.classes), *self.void_ids], np.int64
        )

    @cached_property
    def colors(self) -> NDArray[np.uint8]:
        """Colour of each index, shape (size, 3)."""
        classes = (label.color for label in self.classes)
        return _frozen([self.unlabelled_color, *classes, *(self.void_colors or ())], np.uint8)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Criticality weight of each class, shape (classes,)."""
        return _frozen([label.weight for label in self.classes], np.float64)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything the ontology says, as 64 hexadecimal digits."""
        text = json.dumps(self.to_document(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def index_of(self, name: str) -> int:
        """Return the dense index of the class called ``name``.

        Raises
        ------
        OntologyError
            When there is none; the message lists the nearest names.
        """
        if name in self.names:
            return self.names.index(name) + 1
        near = difflib.get_close_matches(name, self.names, n=3)
        raise OntologyError(
            f"The ontology has no class {name!r}. "
            + (f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(self.names)}.")
        )

    def lookup(self, length: int) -> NDArray[np.uint16]:
        """Return the index of each id from 0 to ``length - 1``; undeclared ids become unlabelled.

        Parameters
        ----------
        length
            Number of entries, for example 256 for an 8-bit image.
        """
        table = np.zeros(length, np.uint16)
        inside = self.ids < length
        table[self.ids[inside]] = np.arange(self.size, dtype=np.uint16)[inside]
        table.setflags(write=False)
        return table


def _require(*check: Any) -> None:  # noqa: ANN401 - the offending value may be anything
    sound, label, field, value, expected = check
    if not sound:
        raise OntologyError(f"{label} has {field} {value!r}; give {expected}.")


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _unique(what: str, values: Sequence[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise OntologyError(f"Two entries have the {what} {value!r}; make each {what} unique.")
        seen.add(value)


def _table(document: object, label: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise OntologyError(f"{label} is not a table of names and values.")
    for name in document:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
            raise OntologyError(f"{label} has an unknown field {name!r}. {hint}")
    return document


def _read_class(row: object, place: int) -> LabelClass:
    label = f"Class {place} of the ontology"
    table = dict(_table(row, label, [field.name for field in fields(LabelClass)]))
    missing = [name for name in ("name", "id", "color") if name not in table]
    if missing:
        raise OntologyError(f"{label} ({table.get('name', 'no name')}) lacks {', '.join(missing)}.")
    table["color"] = _read_color(table["color"], str(table["name"]))
    for field in ("inside", "next_to"):
        if isinstance(table.get(field), list):
            table[field] = tuple(table[field])
    return LabelClass(**table)


def _read_color(value: object, name: str) -> Color:
    if isinstance(value, str) and len(value) == 7 and value[0] == "#":
        try:
            red, green, blue = bytes.fromhex(value[1:])
        except ValueError:
            pass
        else:
            return red, green, blue
    if isinstance(value, list) and len(value) == 3 and all(_whole(part, 0, 255) for part in value):
        return value[0], value[1], value[2]
    raise OntologyError(
        f'The colour of {name!r} is {value!r}; give "#rrggbb" or three numbers from 0 to 255.'
    )


def _plain(field: str, value: Any) -> Any:  # noqa: ANN401 - as above
    if field == "color":
        return _hex(value)
    return list(value) if isinstance(value, tuple) else value


def _hex(color: Color) -> str:
    return "#" + bytes(color).hex()


def _free_color(taken: set[Color], wanted: Color) -> Color:
    candidate = wanted
    step = 0
    while candidate in taken:
        # The golden ratio spreads hues evenly however many are needed.
        red, green, blue = colorsys.hsv_to_rgb(step * 0.618034 % 1, 0.6, 0.9)
        candidate = (int(red * 255), int(green * 255), int(blue * 255))
        step += 1
    return candidate


def _frozen(values: Sequence[Any], dtype: Any) -> NDArray[Any]:  # noqa: ANN401 - numpy names a type in many ways
    array = np.array(values, dtype)
    array.setflags(write=False)
    return array
