"""Who labelled what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType


@dataclass(frozen=True)
class WorkTable:
    """The annotator of each item, as far as known.

    Parameters
    ----------
    annotators
        Annotator by delivery and item; of the delivery ``""`` where the table names none.

    Examples
    --------
    >>> table = WorkTable({("north", "a"): "Ann", ("", "b"): "Bob"})
    >>> table.annotator("north", "a"), table.annotator("north", "b"), table.annotator("south", "a")
    ('Ann', 'Bob', '')
    """

    annotators: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))

    def annotator(self, delivery: str, item: str) -> str:
        """Return who labelled an item of a delivery, ``""`` where unknown."""
        return self.annotators.get((delivery, item), self.annotators.get(("", item), ""))

    def items(self, delivery: str) -> frozenset[str]:
        """Return the items that the table gives to a delivery by its name."""
        return self._items.get(delivery, frozenset())

    @cached_property
    def _items(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for delivery, item in self.annotators:
            if delivery:
                found.setdefault(delivery, set()).add(item)
        return {delivery: frozenset(items) for delivery, items in found.items()}


#: A table that knows nobody.
NOBODY_KNOWN = WorkTable()
