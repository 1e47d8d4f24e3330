"""What a DRIFT.toml says: who delivered what when, to be judged by what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath
from typing import Any, Self

from assay import toml_table
from assay.errors import ParameterError

_TOP = (
    "name", "ontology", "reference", "reference_format", "images", "strata", "annotators",
    "metric", "baseline_batches", "run_length", "batch",
)  # fmt: skip
_BATCH = ("vendor", "date", "delivery", "format", "name", "reference", "reference_format")

_FILE = "The drift file"


@dataclass(frozen=True)
class BatchTerms:
    """One delivery of one vendor.

    Parameters
    ----------
    vendor
        Who delivered.
    date
        When, in UTC.
    delivery
        Path of the delivery, relative to the drift file.
    name
        What the batch is called in reports and in the table of annotators.
    format
        Format of the delivery, or None to detect it.
    reference, reference_format
        Gold labels of this batch, where they lie elsewhere than the others', and their format.
    """

    vendor: str
    date: datetime
    delivery: str
    name: str
    format: str | None = None
    reference: str | None = None
    reference_format: str | None = None


@dataclass(frozen=True)
class DriftTerms:
    """The content of a DRIFT.toml; paths are relative to the file.

    Parameters
    ----------
    name
        Name of the production.
    ontology, reference
        Paths of the class file and of the gold labels.
    batches
        At least one, in order of time.
    reference_format
        Format of the reference, or None to detect it.
    images, strata, annotators
        Paths of the photographs and of CSV tables, or None.
    metric
        Name of the overall metric that is charted.
    baseline_batches
        How many first batches of each vendor say what is normal.
    run_length
        Batches between false alarms, in the mean, over all charts of a vendor.

    Examples
    --------
    >>> terms = DriftTerms.from_toml('''
    ... name = "Streets"
    ... ontology = "ontology.toml"
    ... reference = "gold"
    ... [[batch]]
    ... vendor = "Northlight"
    ... date = 2026-03-02
    ... delivery = "week-10.zip"
    ... ''')
    >>> terms.batches[0].name, terms.batches[0].date.isoformat()
    ('week-10', '2026-03-02T00:00:00+00:00')
    """

    name: str
    ontology: str
    reference: str
    batches: tuple[BatchTerms, ...]
    reference_format: str | None = None
    images: str | None = None
    strata: str | None = None
    annotators: str | None = None
    metric: str = "mean_iou"
    baseline_batches: int = 8
    run_length: float = 200.0

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Parse a drift file; batches are put in order of time.

        Raises
        ------
        ParameterError
            When the text is not TOML, lacks a field, has an unknown one, or a value out of range.
        """
        table = toml_table.parse_toml(text, _FILE)
        toml_table.check_names(table, _TOP, _FILE)
        rows = table.get("batch")
        if not isinstance(rows, list) or not rows:
            raise ParameterError(f"{_FILE} has no [[batch]]. Add one table for each delivery.")
        batches = sorted(
            (_batch(row, place) for place, row in enumerate(rows, 1)), key=lambda b: b.date
        )
        _check_batches(batches)
        return cls(
            toml_table.text(table, "name", _FILE),
            toml_table.text(table, "ontology", _FILE),
            toml_table.text(table, "reference", _FILE),
            tuple(batches),
            toml_table.optional_text(table, "reference_format", _FILE),
            toml_table.optional_text(table, "images", _FILE),
            toml_table.optional_text(table, "strata", _FILE),
            toml_table.optional_text(table, "annotators", _FILE),
            toml_table.text(table, "metric", _FILE, default="mean_iou"),
            int(_number(table, "baseline_batches", 8, least=1, whole=True)),
            _number(table, "run_length", 200, least=10, whole=False),
        )


def _batch(row: object, place: int) -> BatchTerms:
    label = f"Batch {place} of the drift file"
    if not isinstance(row, dict):
        raise ParameterError(f"{label} is not a [[batch]] table.")
    toml_table.check_names(row, _BATCH, label)
    delivery = toml_table.text(row, "delivery", label)
    return BatchTerms(
        toml_table.text(row, "vendor", label),
        moment(row.get("date"), label),
        delivery,
        toml_table.text(row, "name", label, default=_stem(delivery)),
        toml_table.optional_text(row, "format", label),
        toml_table.optional_text(row, "reference", label),
        toml_table.optional_text(row, "reference_format", label),
    )


def _stem(delivery: str) -> str:
    name = PurePosixPath(delivery.replace("\\", "/")).name
    for ending in (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".json"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name or delivery


def moment(value: object, label: str) -> datetime:
    """Return a date of the file in UTC; a plain date is its midnight in UTC.

    Raises
    ------
    ParameterError
        When it is no date, or a time without its zone, which could be any of 38 moments.

    Examples
    --------
    >>> moment("2026-03-02T09:00:00+02:00", "Batch 1").isoformat()
    '2026-03-02T07:00:00+00:00'
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    if not isinstance(value, datetime):
        raise ParameterError(
            f"{label} lacks a date. Add date = 2026-03-02, or date = 2026-03-02T09:00:00Z."
        )
    if value.tzinfo is None:
        raise ParameterError(
            f"{label} has the time {value.isoformat()} without a zone. "
            f"Write {value.isoformat()}Z for UTC, or +02:00 and the like."
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ParameterError(
            f"{label} has the date {value.isoformat()}; give a real one."
        ) from None


def _check_batches(batches: Sequence[BatchTerms]) -> None:
    seen: dict[str, BatchTerms] = {}
    for batch in batches:
        before = seen.setdefault(batch.name, batch)
        if before is not batch:
            raise ParameterError(
                f"Two batches are called {batch.name!r}. Give each its own with name = …."
            )


def _number(
    table: Mapping[str, Any], name: str, default: float, *, least: float, whole: bool
) -> float:
    value = table.get(name, default)
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value < 1e9:
        kind = "a whole number" if whole else "a number"
        raise ParameterError(f"{_FILE} has {name} = {value!r}; give {kind} of at least {least:g}.")
    return float(value)
