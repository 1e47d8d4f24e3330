"""Which names of entries are read, refused or ignored."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from assay.delivery import Finding
from assay.formats.limits import MAX_NAME_BYTES, MAX_PATH_BYTES
from assay.formats.source_rules import refused

_LITTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[1-9]|LPT[1-9])(?:\.|$)", re.IGNORECASE)
# Unicode bidirectional controls, UAX #9 section 2: they make gnp.exe read as exe.png.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})


def shown(name: str) -> str:
    """Return a name safe and short enough for a message.

    Examples
    --------
    >>> shown("a.png")
    "'a.png'"
    >>> shown("a" * 300).endswith("…'")
    True
    """
    text = "".join(letter if _plain(letter) else f"\\u{ord(letter):04x}" for letter in name[:80])
    return f"'{text}…'" if len(name) > 80 else f"'{text}'"


def is_litter(name: str) -> bool:
    """Say whether a file was left by an operating system, or is hidden.

    Examples
    --------
    >>> [is_litter(name) for name in ("__MACOSX/._a.png", "b/.DS_Store", "b/a.png")]
    [True, True, False]
    """
    return any(part in _LITTER or part.startswith(".") for part in name.split("/"))


def name_fault(name: str) -> Finding | None:
    """Return why an entry of this name is refused, or None where the name is sound.

    Examples
    --------
    >>> name_fault("masks/0001.png") is None
    True
    >>> name_fault("../0001.png").rule
    'entry-path'
    """
    parts = name.split("/")
    if not (name.isascii() and name.isprintable()) and not all(map(_plain, name)):
        return refused(
            "entry-characters",
            f"The name {shown(name)} holds control characters or bytes that are not text.",
            "Rename the file with plain letters and digits.",
        )
    if name.startswith("/") or ".." in parts or "\\" in name or re.match(r"[A-Za-z]:", name):
        return refused(
            "entry-path",
            f"The name {shown(name)} leads outside the delivery.",
            "Pack relative names with forward slashes, without '..'.",
        )
    longest = max(len(part.encode()) for part in parts)
    if longest > MAX_NAME_BYTES or len(name.encode()) > MAX_PATH_BYTES:
        return refused(
            "entry-name-long",
            f"The name {shown(name)} has {len(name.encode())} bytes, its longest part {longest}.",
            f"Use at most {MAX_NAME_BYTES} bytes per part and {MAX_PATH_BYTES} in all.",
        )
    if any(_DEVICE.match(part) for part in parts):
        return refused(
            "entry-reserved",
            f"The name {shown(name)} is reserved for a device on Windows.",
            "Rename the file.",
        )
    return None


def clashes(names: Sequence[str]) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """Return the names that are not unique, also without letter case, and the findings."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[unicodedata.normalize("NFC", name).casefold()].append(name)
    groups = [sorted(group) for group in alike.values() if len(group) > 1]
    findings = tuple(_clash(group) for group in sorted(groups))
    return frozenset(name for group in groups for name in group), findings


def _clash(group: list[str]) -> Finding:
    if len(set(group)) == 1:
        return refused(
            "entry-duplicate",
            f"{len(group)} entries are called {shown(group[0])}; none of them is read.",
            "Pack the files into a new archive, each once.",
        )
    return refused(
        "entry-case",
        f"{_listed(sorted(set(group)))} differ only by letter case; none of them is read.",
        "Give the files distinct names.",
    )


def _listed(names: Iterable[str]) -> str:
    listed = [shown(name) for name in names]
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


def _plain(letter: str) -> bool:
    return letter not in _BIDI and unicodedata.category(letter) not in _HIDDEN_CATEGORIES
