"""The library gives every file of the corpus the verdict that it must get."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from assay.assess.workers import Lost
from corpus.entry import B, Entry
from corpus.files import CORPUS
from corpus.reading import Verdict, judge, lay_out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the corpus, each in a folder of its own."""
    place = tmp_path_factory.mktemp("corpus")
    lay_out(CORPUS, place)
    return place


@pytest.fixture(scope="module")
def verdicts(folder: Path) -> Mapping[Entry, Verdict]:
    """What the library says of each entry; none may exhaust its worker."""
    found = dict(zip(CORPUS, judge(CORPUS, folder), strict=True))
    assert [str(entry) for entry, verdict in found.items() if isinstance(verdict, Lost)] == []
    return {entry: seen for entry, seen in found.items() if isinstance(seen, Verdict)}


@pytest.mark.parametrize("entry", CORPUS, ids=str)
def test_the_verdict_is_the_expected_one(
    entry: Entry, verdicts: Mapping[Entry, Verdict], folder: Path
) -> None:
    seen = verdicts[entry]
    assert (seen.fate, seen.codes) == (entry.fate, entry.codes), seen.texts
    assert (seen.pixels is not None) == (entry.expected is not None)
    if entry.expected is not None and seen.pixels is not None:
        assert seen.pixels.shape == entry.expected.shape
        # A photograph may have been a JPEG; labels are exact.
        most = 0 if entry.format else 3
        assert np.abs(seen.pixels.astype(int) - entry.expected.astype(int)).max() <= most
    if seen.other is not None:
        assert np.array_equal(seen.other, B)
    for text in seen.texts:
        assert text.isprintable()
        assert str(folder) not in text
        assert "Traceback" not in text


def test_the_same_bytes_get_the_same_verdict_in_other_processes(
    verdicts: Mapping[Entry, Verdict], folder: Path
) -> None:
    for workers in (1, 3):
        again = zip(CORPUS, judge(CORPUS, folder, workers=workers), strict=True)
        assert [
            str(entry)
            for entry, seen in again
            if not isinstance(seen, Verdict) or seen.texts != verdicts[entry].texts
        ] == []


def test_every_entry_has_a_name_of_its_own_and_there_are_enough() -> None:
    assert len({str(entry) for entry in CORPUS}) == len(CORPUS) >= 120
