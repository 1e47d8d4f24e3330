"""What a HONESTY.toml says: whose work is examined, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Self

from assay import toml_table
from assay.errors import ParameterError
from assay.honesty.registry import DETECTORS

_TEXTS = (
    "reference", "reference_format", "gold", "preannotation", "preannotation_format", "seeded",
    "timings", "vertices",
)  # fmt: skip
_TOP = ("name", "ontology", "level", "annotator", "detectors", *_TEXTS)
_ANNOTATOR = ("name", "delivery", "format", "earlier")


@dataclass(frozen=True)
class Party:
    """One annotator's part of a HONESTY.toml.

    Parameters
    ----------
    name
        Who it is: a person, a team or a vendor.
    delivery
        Path of the delivery, relative to the file.
    format
        Format of the delivery, or None to detect it.
    earlier
        Paths of earlier deliveries of the same, oldest first.
    """

    name: str
    delivery: str
    format: str | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class HonestyTerms:
    """The content of a HONESTY.toml; paths are relative to the file.

    Parameters
    ----------
    name
        What is examined.
    ontology
        Path of the class file.
    parties
        At least one annotator.
    level
        False discovery rate of the tests.
    reference, reference_format
        Labels that are right, and their format.
    gold
        CSV with the column ``item``: images of the reference that are gold.
    preannotation, preannotation_format
        Drafts that the annotators were given, and their format.
    seeded
        CSV with the columns ``item``, ``top``, ``left``, ``bottom``, ``right``: errors that were
        put into drafts.
    timings
        CSV with the columns ``item``, ``annotator``, ``minutes``.
    vertices
        CSV with the columns ``item``, ``annotator``, ``vertices``: what was billed.
    parameters
        Settings of detectors by name.

    Examples
    --------
    >>> terms = HonestyTerms.from_toml('''
    ... name = "Batch 7"
    ... ontology = "ontology.toml"
    ... [[annotator]]
    ... name = "Ann"
    ... delivery = "ann.zip"
    ... [detectors.copied-shapes]
    ... same_place = false
    ... ''')
    >>> terms.parties[0].name, terms.parameters["copied-shapes"].same_place
    ('Ann', False)
    """

    name: str
    ontology: str
    parties: tuple[Party, ...]
    level: float = 0.01
    reference: str | None = None
    reference_format: str | None = None
    gold: str | None = None
    preannotation: str | None = None
    preannotation_format: str | None = None
    seeded: str | None = None
    timings: str | None = None
    vertices: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Parse a file.

        Raises
        ------
        ParameterError
            When the text is not TOML, lacks a field, has an unknown one, or two contradict.
        """
        label = "The honesty file"
        table = toml_table.parse_toml(text, label)
        toml_table.check_names(table, _TOP, label)
        level = table.get("level", 0.01)
        if not isinstance(level, float) or not 0 < level < 1:
            raise ParameterError(f"level is {level!r}; give a rate such as 0.01.")
        texts = {name: toml_table.optional_text(table, name, label) for name in _TEXTS}
        if texts["seeded"] and not texts["preannotation"]:
            raise ParameterError("seeded lists errors in drafts; give preannotation, too.")
        return cls(
            toml_table.text(table, "name", label),
            toml_table.text(table, "ontology", label),
            _parties(table),
            level,
            **texts,
            parameters=_parameters(table),
        )


def _parties(table: Mapping[str, Any]) -> tuple[Party, ...]:
    rows = table.get("annotator")
    if not isinstance(rows, list) or not rows:
        raise ParameterError("The honesty file has no [[annotator]]. Add one table each.")
    parties = tuple(_party(row, place) for place, row in enumerate(rows, 1))
    names = [party.name for party in parties]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"Two annotators are called {name!r}. Give each its own name.")
    if "reference" in names:
        raise ParameterError("An annotator cannot be called 'reference'. Choose another name.")
    return parties


def _party(row: object, place: int) -> Party:
    label = f"Annotator {place} of the honesty file"
    if not isinstance(row, dict):
        raise ParameterError(f"{label} is not an [[annotator]] table.")
    toml_table.check_names(row, _ANNOTATOR, label)
    earlier = row.get("earlier", [])
    if not isinstance(earlier, list) or not all(isinstance(path, str) for path in earlier):
        raise ParameterError(f'{label}: earlier is a list of paths, such as ["monday.zip"].')
    return Party(
        toml_table.text(row, "name", label),
        toml_table.text(row, "delivery", label),
        toml_table.optional_text(row, "format", label),
        tuple(earlier),
    )


def _parameters(table: Mapping[str, Any]) -> Mapping[str, Any]:
    tables = table.get("detectors", {})
    if not isinstance(tables, dict):
        raise ParameterError("detectors is no table. Write [detectors.NAME].")
    return MappingProxyType(
        {name: _settings(name, settings) for name, settings in sorted(tables.items())}
    )


def _settings(name: str, given: object) -> object:
    kind = DETECTORS.get(name).parameters
    label = f"[detectors.{name}]"
    if not isinstance(given, dict):
        raise ParameterError(f"detectors.{name} is no table. Write {label}.")
    defaults = {entry.name: entry.default for entry in fields(kind)}
    toml_table.check_names(given, tuple(defaults), label)
    for setting, value in given.items():
        expected = type(defaults[setting])
        whole_for_float = expected is float and type(value) is int
        if type(value) is not expected and not whole_for_float:
            raise ParameterError(
                f"{label} {setting} is {value!r}; give {_KINDS[expected]}, such as "
                f"{str(defaults[setting]).lower()}."
            )
    return kind(**given)


_KINDS: Mapping[type, str] = MappingProxyType(
    {bool: "true or false", int: "a whole number", float: "a number"}
)
