"""Tables of gold, seeds, times and vertices; what is wrong in them is named with its line."""

from pathlib import Path

import pytest

from assay.delivery import Region
from assay.errors import SourceError
from assay.formats.work_tables import read_items, read_seeds, read_times, read_vertex_counts


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_items_are_read_whatever_other_columns_say(tmp_path: Path) -> None:
    path = table(tmp_path, "note,item\nx,a\ny,b/c\nz,a\n")
    assert read_items(path) == {"a", "b/c"}


def test_seeds_are_boxes_by_item(tmp_path: Path) -> None:
    path = table(tmp_path, "item,top,left,bottom,right\na,1,2,3,4\na,5,6,7,8\n")
    assert read_seeds(path) == {"a": (Region(1, 2, 3, 4), Region(5, 6, 7, 8))}


def test_several_sittings_of_one_item_add_up(tmp_path: Path) -> None:
    path = table(tmp_path, "item,annotator,minutes\na,Ann,2.5\na,Ann,1\nb,Bob, 3 \n")
    assert read_times(path) == {"Ann": {"a": 3.5}, "Bob": {"b": 3.0}}


def test_vertices_are_whole_numbers(tmp_path: Path) -> None:
    path = table(tmp_path, "item,annotator,vertices\na,Ann,20\n")
    assert read_vertex_counts(path) == {"Ann": {"a": 20}}
    with pytest.raises(SourceError, match=r"Line 2 .*'2.5'"):
        read_vertex_counts(table(tmp_path, "item,annotator,vertices\na,Ann,2.5\n"))


@pytest.mark.parametrize("text", ["", "name\nx\n"])
def test_a_missing_column_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="needs item"):
        read_items(table(tmp_path, text))


@pytest.mark.parametrize("minutes", ["", "-1", "nan", "inf", "five"])
def test_times_that_are_none_are_refused(tmp_path: Path, minutes: str) -> None:
    path = table(tmp_path, f"item,annotator,minutes\na,Ann,{minutes}\n")
    with pytest.raises(SourceError, match="give a number, 0 or more"):
        read_times(path)


@pytest.mark.parametrize("box", ["3,2,3,4", "1,5,3,4", "-1,0,3,4"])
def test_boxes_that_are_none_are_refused(tmp_path: Path, box: str) -> None:
    path = table(tmp_path, f"item,top,left,bottom,right\na,{box}\n")
    with pytest.raises(SourceError, match="Line 2"):
        read_seeds(path)


def test_an_absent_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="table of times"):
        read_times(tmp_path / "none.csv")
