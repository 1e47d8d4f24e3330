"""JSON as RFC 8259 has it, and no more: no NaN, no key twice, no deep nesting."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from assay.delivery import Rule
from assay.errors import MalformedError

#: How deep arrays and objects may lie in each other; label formats need fewer than ten.
MAX_DEPTH = 64

_EXPORT = "Export the file again with a tool that writes standard JSON."

JSON_RULES = (
    Rule(
        "json-syntax",
        "The file is not JSON.",
        "It is cut short, is not UTF-8, or breaks the grammar of RFC 8259 at the place named. A "
        "transfer that stopped early is the usual reason; comments and trailing commas are "
        "another. " + _EXPORT,
    ),
    Rule(
        "json-number",
        "A JSON file holds NaN, Infinity or an absurdly long number.",
        "JSON has no NaN and no Infinity; some programs write them when a coordinate could not be "
        "computed. Such a shape has no meaning. Find why the number is not finite, and export "
        "again.",
    ),
    Rule(
        "json-duplicate-key",
        "A JSON object has the same key twice.",
        "Programs disagree on which value counts, so the object is refused. " + _EXPORT,
    ),
    Rule(
        "json-depth",
        "A JSON file is nested absurdly deep.",
        "More than 64 levels of arrays and objects, where label formats need fewer than ten. It "
        "would exhaust the memory of a careless reader. " + _EXPORT,
    ),
    Rule(
        "json-size",
        "A JSON file lists absurdly many objects.",
        "More than twenty million annotations, or more than a million images, in one file. Split "
        "the delivery into several files.",
    ),
)


def parse_json(data: bytes, what: str) -> Any:  # noqa: ANN401 - JSON holds anything
    """Return the value of a JSON text.

    Parameters
    ----------
    data
        UTF-8.
    what
        What the text is, for messages, for example ``"Annotation 3"``.

    Raises
    ------
    MalformedError
        When the text is not strictly JSON.
    """
    try:
        return json.loads(data.decode("utf-8"), **_STRICT)
    except UnicodeDecodeError as error:
        raise _malformed("json-syntax", f"{what} is not UTF-8 at byte {error.start}.") from None
    except json.JSONDecodeError as error:
        place = f"character {error.pos}: {error.msg}"
        raise _malformed("json-syntax", f"{what} is not JSON at {place}.") from None
    except RecursionError:
        raise _malformed("json-depth", f"{what} is nested too deep.") from None
    except _DuplicateKeyError as error:
        raise _malformed("json-duplicate-key", f"{what} has {error} twice.") from None
    except ValueError as error:
        # A constant, or an integer of more than 4300 digits.
        raise _malformed("json-number", f"{what} holds {_reason(error)}.") from None


class _DuplicateKeyError(ValueError):
    """A key stands twice in one object."""


def _unique(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(ascii(key[:40]))
            seen.add(key)
    return table


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


_STRICT: Mapping[str, Any] = {"object_pairs_hook": _unique, "parse_constant": _constant}


def _reason(error: ValueError) -> str:
    name = str(error)
    return name if name in {"NaN", "Infinity", "-Infinity"} else "a number of thousands of digits"


def _malformed(rule: str, message: str) -> MalformedError:
    return MalformedError(rule, message, _EXPORT)
