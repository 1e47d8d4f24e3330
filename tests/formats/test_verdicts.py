"""Tables that people fill in: verdicts on images, and tiers."""

import math
from pathlib import Path

import pytest

from assay.errors import SourceError
from assay.formats.verdicts import VerdictRow, read_tiers, read_verdicts


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_gives_score_and_severe_errors(tmp_path: Path) -> None:
    path = written(tmp_path, "item,score,severe_errors,note\na/1,0.91,0,fine\nb,0,3,\n")
    assert read_verdicts(path) == {"a/1": VerdictRow(0.91, 0), "b": VerdictRow(0.0, 3)}


def test_a_row_without_numbers_is_an_image_not_looked_at_yet(tmp_path: Path) -> None:
    path = written(tmp_path, "item,score,severe_errors\na,0.9,1\nb,,\n")
    assert set(read_verdicts(path)) == {"a"}


def test_one_column_of_numbers_is_enough(tmp_path: Path) -> None:
    (score,) = read_verdicts(written(tmp_path, "item,score\na,1\n")).values()
    assert score == VerdictRow(1.0, None)
    (severe,) = read_verdicts(written(tmp_path, "item,severe_errors\na,2\n")).values()
    assert math.isnan(severe.score)
    assert severe.severe_errors == 2


def test_the_same_verdict_twice_is_one(tmp_path: Path) -> None:
    assert len(read_verdicts(written(tmp_path, "item,score\na,0.5\na,0.50\n"))) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has the columns none"),
        ("item\na\n", "score or severe_errors"),
        ("name,score\na,1\n", "it needs item"),
        ("item,score\na,1.2\n", "line 2 has the score '1.2'"),
        ("item,score\na,-0.1\n", "from 0 to 1"),
        ("item,score\na,nan\n", "from 0 to 1"),
        ("item,score\na,good\n", "from 0 to 1"),
        ("item,severe_errors\na,1.5\n", "whole number"),
        ("item,severe_errors\na,-1\n", "whole number"),
        ("item,severe_errors\na,٣\n", "whole number"),
        ("item,score,severe_errors\na,0.5,\n", "whole number"),
        ("item,score\na,0.5\na,0.6\n", "line 3 gives a another verdict"),
    ],
)
def test_what_is_no_verdict_is_refused_with_its_line(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=says):
        read_verdicts(written(tmp_path, text))


def test_tiers_are_read_and_must_not_contradict(tmp_path: Path) -> None:
    assert read_tiers(written(tmp_path, "item,tier\na,test\nb,train\n")) == {
        "a": "test",
        "b": "train",
    }
    with pytest.raises(SourceError, match="puts a into 'test' and 'train'"):
        read_tiers(written(tmp_path, "item,tier\na,test\na,train\n"))
    with pytest.raises(SourceError, match="needs item and tier"):
        read_tiers(written(tmp_path, "item,stratum\na,test\n"))
