"""Fields of a file that the buyer wrote: read one by one, with errors that say what to do.

``table`` is a parsed TOML table, ``label`` says which one it is, as messages begin: "The pilot
file", "Vendor 2 of the pilot file".
"""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from assay.errors import ParameterError

Table = Mapping[str, Any]

_DIGITS = 15


def parse_toml(text: str, label: str, *, exact: bool = False) -> Table:
    """Parse TOML; ``exact`` keeps decimals as they are written, as money needs it.

    Raises
    ------
    ParameterError
        When the text is not TOML.
    """
    try:
        return tomllib.loads(text, parse_float=Decimal if exact else float)
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{label} is not valid TOML: {error}.") from error


def check_names(table: Table, known: Sequence[str], label: str) -> None:
    """Refuse a field that is not known, with the nearest name: a typing error must not pass.

    Examples
    --------
    >>> check_names({"ontologi": "o.toml"}, ("name", "ontology"), "The file")
    Traceback (most recent call last):
    ...
    assay.errors.ParameterError: The file has an unknown field 'ontologi'. Did you mean 'ontology'?
    """
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
            raise ParameterError(f"{label} has an unknown field {name!r}. {hint}")


def text(table: Table, name: str, label: str, *, default: str | None = None) -> str:
    """Return a text; without a default it must be there and not be empty."""
    value = table.get(name, default)
    if not isinstance(value, str) or (value != default and not value.strip()):
        raise ParameterError(f'{label} lacks {name}. Add {name} = "…".')
    return value


def optional_text(table: Table, name: str, label: str) -> str | None:
    """Return a text, or None where the field is absent."""
    return text(table, name, label) if name in table else None


def number(table: Table, name: str, label: str, *, default: float | None = None) -> float:
    """Return a number; it must be there where there is no default."""
    value = table.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParameterError(f"{label} has {name} {value!r}; give a number, such as {name} = 0.05.")
    return float(value)


def whole(table: Table, name: str, label: str, *, default: int) -> int:
    """Return a whole number."""
    value = table.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{label} has {name} {value!r}; give a whole number.")
    return value


def exact(table: Table, name: str, label: str, *, default: Decimal | None = None) -> Decimal:
    """Return a number exactly as it is written: a whole number, a decimal, or a text of one.

    A float is refused, because it is not what was written: parse the file with ``exact``.

    Examples
    --------
    >>> exact({"price": "0.0008"}, "price", "The rate card")
    Decimal('0.0008')
    """
    value = table.get(name, default)
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("nan")
        # What has hundreds of digits is no amount, and would take an age to multiply.
        if number.is_finite() and number.adjusted() < _DIGITS and _decimals(number) <= _DIGITS:
            return number
    raise ParameterError(f'{label} has {name} {value!r}; give a number, such as {name} = "0.05".')


def _decimals(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)
