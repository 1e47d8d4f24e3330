"""Items of a delivery, read one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from assay.delivery.finding import Finding
from assay.labels import LabelMap, Ontology, Shape


@dataclass(frozen=True)
class Reading:
    """What reading one item gave.

    Parameters
    ----------
    label_map
        The labels, or None where the item is unreadable; ``findings`` then says why.
    findings
        Faults of this item.
    shapes
        The objects as they were drawn, the lowest first, where the format keeps objects that may
        overlap; None where it keeps only what is on top, or the item is unreadable.
    """

    label_map: LabelMap | None
    findings: tuple[Finding, ...] = ()
    shapes: tuple[Shape, ...] | None = None


@dataclass(frozen=True)
class Item:
    """One image's labels: its key in the delivery and what reading it gave."""

    key: str
    reading: Reading


@dataclass(frozen=True)
class Delivery:
    """A named set of label maps that are read when asked for, so any number fits in memory.

    Parameters
    ----------
    name
        Whose labels these are, for reports.
    format
        Name of the format that they are written in.
    ontology
        Whose indexes the label maps hold.
    keys
        One key per item, sorted: its path in the delivery without extension, with ``/``.
    read
        Reads the item of a key.  Picklable, free of state, callable from several processes.
    findings
        Faults of the delivery as a whole: entries refused, duplicates, broken archives.
    """

    name: str
    format: str
    ontology: Ontology
    keys: tuple[str, ...]
    read: Callable[[str], Reading]
    findings: tuple[Finding, ...] = ()

    @cached_property
    def key_set(self) -> frozenset[str]:
        """The keys, for asking whether an item is there."""
        return frozenset(self.keys)

    def __iter__(self) -> Iterator[Item]:
        """Yield the items in the order of their keys, reading each when it is reached."""
        for key in self.keys:
            yield Item(key, self.read(key))

    def __len__(self) -> int:
        return len(self.keys)
