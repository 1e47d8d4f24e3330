"""Loading kernels before workers are forked: they inherit machine code, and share its memory."""

import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from assay.delivery import Delivery
from assay.errors import AssayError
from assay.formats import open_delivery, write_delivery
from assay.labels import LabelMap, Ontology
from assay.metrics import Pair
from assay.metrics.registry import MEASURES
from assay.report import Plan


def warm(deliveries: Iterable[Delivery], plan: Plan, ontology: Ontology) -> None:
    """Load every kernel that reading the deliveries and taking the plan's measures will need.

    Where a kernel has to be compiled, this is done once, and not in each worker.
    """
    warm_formats(deliveries, ontology)
    tiny = _tiny()
    pair = Pair(tiny, tiny, ontology)
    for name in plan.measures:
        measure = MEASURES.get(name)
        measure.count(pair, measure.parameters())


def warm_formats(deliveries: Iterable[Delivery], ontology: Ontology) -> None:
    """Load every kernel that reading the deliveries will need."""
    for name in {delivery.format for delivery in deliveries}:
        _warm_reading(name, _tiny(), ontology)


def _tiny() -> LabelMap:
    return LabelMap.from_dense(np.array([[1, 0], [1, 1]], np.uint8))


def _warm_reading(name: str, tiny: LabelMap, ontology: Ontology) -> None:
    """Read a map of our own in a format; a vendor's bytes are for workers alone."""
    # A format that cannot be written, or no room for the file: the workers load for themselves.
    with suppress(AssayError, OSError), tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "warm"
        write_delivery([("warm", tiny)], target, ontology, format=name)
        open_delivery(target, ontology, format=name).read("warm")
