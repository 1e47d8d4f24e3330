"""Registries: built-in plug-ins first, then those of installed packages."""

from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pytest

from assay import plugins
from assay.errors import UnknownNameError
from assay.plugins import Registry


@dataclass(frozen=True)
class Fruit:
    name: str
    summary: str = "edible"
    advice: str = "Wash it."


APPLE, PEAR = Fruit("apple"), Fruit("pear")
FRUITS: Registry[Fruit] = Registry("fruit", "assay.tests.fruits", lambda: (APPLE, PEAR))

#: What an entry point of another package would give.
PLUM = Fruit("plum")
OTHER_APPLE = Fruit("apple", summary="from elsewhere")


def install(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    points = [EntryPoint(name, f"{__name__}:{name}", "assay.tests.fruits") for name in names]
    loaded = {"PLUM": PLUM, "OTHER_APPLE": OTHER_APPLE}
    monkeypatch.setattr(EntryPoint, "load", lambda point: loaded[point.name])
    monkeypatch.setattr(plugins, "entry_points", lambda **_: points)


def test_plugins_of_installed_packages_follow_the_builtin_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, "PLUM")
    assert FRUITS.names() == ("apple", "pear", "plum")
    assert FRUITS.get("plum") is PLUM


def test_an_installed_plugin_cannot_take_a_builtin_name(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "OTHER_APPLE")
    assert FRUITS.names() == ("apple", "pear")
    assert FRUITS.get("apple") is APPLE


def test_a_builtin_plugin_is_found_without_scanning_installed_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def scan(**_: str) -> None:
        raise AssertionError("scanned")

    monkeypatch.setattr(plugins, "entry_points", scan)
    assert FRUITS.get("pear") is PEAR


def test_an_unknown_name_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean apple"):
        FRUITS.get("aple")
    with pytest.raises(UnknownNameError, match="Known: apple, pear"):
        FRUITS.get("xylophone")
