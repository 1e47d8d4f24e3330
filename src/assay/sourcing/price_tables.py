"""Parameters of price components, to and from tables of plain values (TOML, JSON)."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from typing import Any, TypeVar, get_args, get_type_hints

from assay import toml_table
from assay.errors import ParameterError

P = TypeVar("P")


def read_parameters(kind: type[P], table: toml_table.Table, label: str) -> P:
    """Return the parameters that a table states.

    Raises
    ------
    ParameterError
        When a field is unknown, missing, or not of its type.
    """
    hints = get_type_hints(kind)
    declared = fields(kind)  # type: ignore[arg-type]  # a dataclass, which type[P] cannot say
    toml_table.check_names(table, [field.name for field in declared], label)
    values = {
        field.name: _read(hints[field.name], table, field, label)
        for field in declared
        if field.name in table or field.default is MISSING
    }
    return kind(**values)


def parameters_table(parameters: object) -> dict[str, Any]:
    """Return parameters as plain values: decimals as texts, so that no reader rounds them.

    Examples
    --------
    >>> from assay.sourcing.unit_prices import UnitPrice
    >>> parameters_table(UnitPrice(Decimal("0.0008")))
    {'price': '0.0008', 'tiers': []}
    """
    assert is_dataclass(parameters)  # noqa: S101 - every component declares a dataclass
    return {field.name: _plain(getattr(parameters, field.name)) for field in fields(parameters)}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [parameters_table(entry) for entry in value]
    return value


def _read(hint: Any, table: toml_table.Table, field: Field[Any], label: str) -> object:  # noqa: ANN401 - a type hint
    if hint is Decimal:
        return toml_table.exact(table, field.name, label)
    if hint is int:
        return toml_table.whole(table, field.name, label, default=0)
    if hint is str:
        return toml_table.text(table, field.name, label)
    rows = table.get(field.name)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ParameterError(f"{label} has {field.name} {rows!r}; give a list of tables.")
    kind = get_args(hint)[0]
    return tuple(
        read_parameters(kind, row, f"{label}, {field.name} {place},")
        for place, row in enumerate(rows, 1)
    )
