"""The service gives a file of each family of the corpus the verdict that the library gives it."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from assay.service.tables import METADATA
from corpus.entry import Entry
from corpus.files import CORPUS, FAMILIES
from corpus.service import begin, left_over
from service.house import House

#: What a delivery may change, whatever is in it: quarantine, what is said of it, and the log.
QUARANTINE = {
    "uploads",
    "upload_parts",
    "deliveries",
    "item_versions",
    "batches",
    "jobs",
    "audit_entries",
    "audit_tip",
    "asset_imports",
}


def worst_of(family: str) -> Entry:
    """Return the first entry of a family that is refused."""
    return next(e for e in CORPUS if e.family == family and e.fate != "accepted")


def contents(house: House) -> Mapping[str, str]:
    """Return a digest of each table."""
    with house.app.state.database.reading() as session:
        return {
            table.name: hashlib.sha256(
                "\n".join(
                    sorted(repr(tuple(row)) for row in session.execute(select(table)))
                ).encode()
            ).hexdigest()
            for table in METADATA.sorted_tables
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_vendor_is_told_the_expected_verdict_and_nothing_else_changes(
    house: House, family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    entry = worst_of(family)
    # Everybody is there, and a batch or project, before anything is compared.
    hand_in = begin(house, entry)
    before = contents(house)
    told = hand_in(entry.build())
    after = contents(house)
    assert told.wrong(entry) == ()
    assert {name for name in after if after[name] != before[name]} <= QUARANTINE
    assert left_over(scratch) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_bytes_get_the_same_words_whichever_item_is_gold(house: House) -> None:
    entry = worst_of("COCO")
    first, second = (begin(house, entry, gold=gold)(entry.build()) for gold in "ab")
    assert first.texts == second.texts
