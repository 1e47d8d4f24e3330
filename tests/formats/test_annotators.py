"""Who labelled what, from a CSV."""

import csv
from pathlib import Path

import pytest

from assay.delivery import NOBODY_KNOWN
from assay.errors import SourceError
from assay.formats.annotators import read_annotators


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_the_table_may_name_deliveries(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ("item", "annotator", "delivery"), ("a", "Ann", "one"))
    table = read_annotators(path)
    assert table.annotator("one", "a") == "Ann"
    assert table.annotator("two", "a") == ""
    assert table.items("one") == {"a"}
    assert table.items("two") == frozenset()


def test_the_table_may_do_without_deliveries(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ("annotator", "item"), ("Ann", "a"))
    assert read_annotators(path).annotator("any", "a") == "Ann"
    assert NOBODY_KNOWN.annotator("any", "a") == ""


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("item", "who")], "needs item and annotator"),
        ([("item", "annotator"), ("a", "Ann"), ("a", "Bob")], "Keep one row"),
    ],
)
def test_faults_of_the_table_are_named(
    rows: list[tuple[str, ...]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=message):
        read_annotators(write(tmp_path / "a.csv", *rows))
