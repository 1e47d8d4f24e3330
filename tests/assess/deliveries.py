"""Deliveries held in memory."""

from collections.abc import Mapping

from assay import LabelMap, Ontology
from assay.delivery import Delivery, Finding, Reading, Severity
from maps import TINY, drawn

BROKEN = Finding("png-checksum", Severity.ERROR, "b", "Checksum differs.", "Export it again.")


def in_memory(
    name: str, maps: Mapping[str, LabelMap | str | None], *, ontology: Ontology = TINY
) -> Delivery:
    """Return a delivery of maps, drawn maps, and unreadable items (None)."""
    held = {
        key: drawn(label_map) if isinstance(label_map, str) else label_map
        for key, label_map in maps.items()
    }

    def read(key: str) -> Reading:
        label_map = held[key]
        return Reading(label_map, () if label_map is not None else (BROKEN,))

    return Delivery(name, "memory", ontology, tuple(sorted(held)), read)
