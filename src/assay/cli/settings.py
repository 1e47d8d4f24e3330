"""Settings of a plug-in, as ``--option name=value``."""

import math
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

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
    known = {field.name: field.default for field in fields(parameters)}
    given: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            names = ", ".join(known) or "none"
            raise ParameterError(f"{plugin} has no option {name!r}. Its options: {names}.")
        given[name] = _typed(name, value, known[name])
    return parameters(**given)


def _typed(name: str, value: str, default: object) -> object:
    if isinstance(default, bool):
        if value not in ("true", "false"):
            raise ParameterError(f"{name} is {value!r}; give true or false.")
        return value == "true"
    if isinstance(default, int):
        try:
            return int(value)
        except ValueError:
            raise ParameterError(f"{name} is {value!r}; give a whole number.") from None
    if isinstance(default, float):
        return _number(name, value)
    return value


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ParameterError(f"{name} is {value!r}; give a number.")
    return number
