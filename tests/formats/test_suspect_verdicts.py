"""Verdicts of reviewers are read back from the CSV that was written."""

from pathlib import Path

import pytest

from assay.delivery import Region
from assay.errors import SourceError
from assay.formats.suspect_verdicts import read_verdicts

HEADER = "item,top,left,bottom,right,verdict\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "verdicts.csv"
    path.write_text(text)
    return path


def test_errors_and_fine_ones_are_read_and_empty_cells_passed_over(tmp_path: Path) -> None:
    rows = "a,1,2,3,4,error\na,5,6,7,8, Fine \nb,0,0,1,1,\n'=x,0,0,1,1,error\n"
    assert read_verdicts(write(tmp_path, HEADER + rows)) == {
        ("a", Region(1, 2, 3, 4)): True,
        ("a", Region(5, 6, 7, 8)): False,
        ("=x", Region(0, 0, 1, 1)): True,
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("item,verdict\n", "lacks the columns bottom, left, right, top"),
        (HEADER + "a,1,2,3,4,maybe\n", "line 2: the verdict is 'maybe'"),
        (HEADER + "a,1,x,3,4,error\n", "whole numbers"),
        (HEADER + "a,1,2,3,4,error\na,1,2,3,4,fine\n", "line 3: the region has another"),
        ("", "lacks the columns"),
    ],
)
def test_what_is_no_verdict_is_the_callers_mistake(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read_verdicts(write(tmp_path, text))
