"""Names of files that lead out, hide, clash, or are no file's on some system."""

from collections.abc import Callable
from functools import partial

from corpus.entry import SOUND, Entry, Family
from formats.archives import tar_bytes, zip_bytes

_FAMILY = Family("Names")
_A, _B = SOUND["a.png"], SOUND["b.png"]

#: Names beside sound ones that are refused: what is wrong, the name and the rule.
DANGEROUS = (
    ("a path that climbs out", "../a.png", "entry-path"),
    ("a path that climbs out further in", "a/../../c.png", "entry-path"),
    ("an absolute path", "/etc/c.png", "entry-path"),
    ("a path with a drive letter", "C:/c.png", "entry-path"),
    ("a drive letter without a path", "C:c.png", "entry-path"),
    ("backslashes", "c\\d.png", "entry-path"),
    ("a path on a network share", "\\\\host\\share\\c.png", "entry-path"),
    ("a right-to-left override", "c\u202egnp.exe", "entry-characters"),
    ("a line break", "c\nd.png", "entry-characters"),
    ("an escape sequence for terminals", "c\x1b[31m.png", "entry-characters"),
    ("a line separator of Unicode", "c\u2028d.png", "entry-characters"),
    ("300 bytes", "n" * 296 + ".png", "entry-name-long"),
    ("a path of 1,205 bytes", "/".join(["n" * 200] * 6), "entry-name-long"),
    ("a device of Windows, CON.png", "CON.png", "entry-reserved"),
    ("a device of Windows in a folder", "masks/lpt1", "entry-reserved"),
)


def _beside(name: str, pack: Callable[..., bytes]) -> bytes:
    return pack({name: b"1", **SOUND})


def _zip(**files: bytes) -> bytes:
    return zip_bytes({name.replace("_", "."): data for name, data in files.items()})


def _litter() -> bytes:
    names = (
        "__MACOSX/._a.png",
        ".DS_Store",
        "b/Thumbs.db",
        ".git/config",
        "desktop.ini",
        "._a.png",
    )
    return zip_bytes({**dict.fromkeys(names, b"x"), **SOUND})


def _entries() -> tuple[Entry, ...]:
    files = partial(partial, zip_bytes)
    return (
        *(
            _FAMILY.accepted(f"{wrong}, in a {kind}", partial(_beside, name, pack), rule)
            for kind, pack in (("zip", zip_bytes), ("tar", tar_bytes))
            for wrong, name, rule in DANGEROUS
        ),
        _FAMILY.accepted("what systems leave behind (__MACOSX, .DS_Store …)", _litter),
        _FAMILY.accepted("a dot and a slash in front", files({"./a.png": _A, "./b.png": _B})),
        _FAMILY.accepted("an extension in capitals", files({"a.PNG": _A, "b.png": _B})),
        _FAMILY.accepted(
            "a folder around everything", files({"labels/a.png": _A, "labels/b.png": _B})
        ),
        _FAMILY.accepted(
            "a folder of another name around everything",
            files({"export/masks/a.png": _A, "export/masks/b.png": _B}),
        ),
        _FAMILY.accepted(
            "a formula for spreadsheets",
            files({"=cmd|' !A0.png": _A, **SOUND}),
        ),
        _FAMILY.accepted("markup", files({"<img src=x onerror=alert(1)>.png": _A, **SOUND})),
        _FAMILY.item_refused(
            "two names that differ by case", files({"a.png": _A, "A.png": _A, "b.png": _B}),
            "entry-case",
        ),
        _FAMILY.item_refused(
            "two names that differ by case, in a tar",
            partial(tar_bytes, {"a.png": _A, "A.png": _A, "b.png": _B}), "entry-case",
        ),
        _FAMILY.accepted(
            "two names that differ by composed letters",
            files({"\u00e9.png": _A, "e\u0301.png": _A, **SOUND}), "entry-case",
        ),
        _FAMILY.item_refused(
            "two extensions for one item", files({"a.png": _A, "a.PNG": _A, "b.png": _B}),
            "entry-case",
        ),
        _FAMILY.item_refused(
            "two kinds of images for one item", files({"a.gif": _A, "a.jpg": _A, "b.png": _B}),
            "duplicate-item",
        ),
        _FAMILY.item_refused("one item in two folders", files(
            {"x/a.png": _A, "y/a.png": _A, "b.png": _B})),
        _FAMILY.item_refused("a Cyrillic letter for a Latin one", files(
            {"\u0430.png": _A, "b.png": _B})),
        _FAMILY.item_refused("an extension twice", files({"a.png.png": _A, "b.png": _B})),
        _FAMILY.item_refused("a hidden file", files({".a.png": _A, "b.png": _B})),
        _FAMILY.item_refused("a space before the extension", files({"a .png": _A, "b.png": _B})),
    )  # fmt: skip


ENTRIES = _entries()
