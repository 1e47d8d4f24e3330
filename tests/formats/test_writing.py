from collections.abc import Iterator
from pathlib import Path

import pytest

from assay import LabelMap
from assay.errors import ParameterError, SourceError, UnknownNameError
from assay.formats import FORMATS, NoOptions, write_delivery
from assay.formats.item_path import item_path
from maps import TINY, drawn

MAP = drawn("12 34")


def test_the_target_appears_whole(tmp_path: Path) -> None:
    write_delivery([("a", MAP)], tmp_path / "out", TINY, format="assay-runs")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
def test_an_interrupted_delivery_leaves_nothing_behind(
    tmp_path: Path, fault: type[BaseException]
) -> None:
    def interrupted() -> Iterator[tuple[str, LabelMap]]:
        yield "a", MAP
        raise fault

    with pytest.raises(fault):
        write_delivery(interrupted(), tmp_path / "out", TINY, format="assay-runs")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_target_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(SourceError, match=r"exists and is not overwritten\. Choose a new folder"):
        write_delivery([("a", MAP)], tmp_path / "out", TINY, format="assay-runs")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_target_in_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no folder"):
        write_delivery([("a", MAP)], tmp_path / "no" / "out", TINY, format="assay-runs")


def test_an_unknown_format_and_foreign_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="assay-runs"):
        write_delivery([("a", MAP)], tmp_path / "out", TINY, format="assay-run")
    with pytest.raises(ParameterError, match="AssayRunsOptions, not NoOptions"):
        write_delivery(
            [("a", MAP)], tmp_path / "out", TINY, format="assay-runs", options=NoOptions()
        )


@pytest.mark.parametrize("key", ["../a", "/a", "", ".hidden", "a//b", "a\nb", "n" * 300])
def test_keys_that_are_no_safe_names_are_not_written(tmp_path: Path, key: str) -> None:
    with pytest.raises(SourceError, match="cannot be written under the key"):
        item_path(tmp_path, key, ".png")


def test_every_writable_format_has_options_with_defaults() -> None:
    for known in FORMATS:
        assert isinstance(known.options(), known.options)
