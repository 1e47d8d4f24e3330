"""The page about the drift file names every field, and its examples run."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from assay.drift.terms import BatchTerms, DriftTerms

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")


def names_below(title: str) -> set[str]:
    _, _, after = PAGE.partition(f"\n## {title}\n")
    return set(re.findall(r"^\| `(\w+)` \|", after.partition("\n## ")[0], flags=re.MULTILINE))


def test_every_field_is_documented() -> None:
    known = {"batch" if field.name == "batches" else field.name for field in fields(DriftTerms)}
    assert names_below("Fields") == known


def test_every_field_of_a_batch_is_documented() -> None:
    assert names_below("Fields of a batch") == {field.name for field in fields(BatchTerms)}


def test_the_example_is_a_drift_file() -> None:
    example = re.search(r"^```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert example is not None
    terms = DriftTerms.from_toml(example[1])
    assert [batch.name for batch in terms.batches] == ["week-10", "week-11"]


@pytest.mark.parametrize("field", fields(DriftTerms), ids=lambda field: field.name)
def test_defaults_are_those_of_the_page(field: object) -> None:
    name, default = field.name, field.default  # type: ignore[attr-defined]  # of dataclasses
    if isinstance(default, int | float) and not isinstance(default, bool):
        assert f"| `{name}` | `{default:g}` |" in PAGE
