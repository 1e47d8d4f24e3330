"""Settings of a plug-in, as ``--option name=value``."""

import math
import types
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from assay.errors import ParameterError


def read_settings(
    plugin: str,
    parameters: type[Any],
    settings: Iterable[str],
) -> Any:  # noqa: ANN401 - a value of the plug-in's own type
    """Return a plug-in's parameters from ``name=value`` texts.

    Parameters
    ----------
    plugin
        Its name, for messages.
    parameters
        Frozen dataclass whose fields have defaults: truth values, whole numbers, numbers or texts.
    settings
        Texts; what none of them sets has its default.

    Raises
    ------
    ParameterError
        When a name is unknown, or a value is not of its kind.

    Examples
    --------
    >>> from assay.suspicion.methods import RegionsParameters
    >>> read_settings("regions", RegionsParameters, ["gap_px=5"]).gap_px
    5
    """
    kinds = get_type_hints(parameters)
    known = [field.name for field in fields(parameters)]
    given: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            names = ", ".join(known) or "none"
            raise ParameterError(f"{plugin} has no option {name!r}. Its options: {names}.")
        given[name] = typed(name, value, kinds[name])
    return parameters(**given)


def typed(name: str, value: str, kind: Any) -> Any:  # noqa: ANN401 - of the setting's kind
    """Return the value of a setting that was written as text.

    Parameters
    ----------
    name
        What it is called in messages.
    value
        The text.
    kind
        Type of the setting's field: bool, int, float, str, one of them or None, a literal, or a
        tuple of one of them, written with commas.

    Raises
    ------
    ParameterError
        When the text is not of that kind.

    Examples
    --------
    >>> typed("gap_px", "5", int), typed("classes", "car, person", tuple[str, ...])
    (5, ('car', 'person'))
    """
    if get_origin(kind) is Literal:
        return value  # what it may be is checked where it is used
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return tuple(typed(name, part.strip(), inner) for part in value.split(",") if part)
    if isinstance(kind, types.UnionType):
        kind = next(entry for entry in get_args(kind) if entry is not types.NoneType)
    if kind is bool:
        if value not in ("true", "false"):
            raise ParameterError(f"{name} is {value!r}; give true or false.")
        return value == "true"
    try:
        made = kind(value)
    except ValueError:
        made = math.nan
    if isinstance(made, float) and math.isnan(made):
        word = "a whole number" if kind is int else "a number"
        raise ParameterError(f"{name} is {value!r}; give {word}.")
    return made
