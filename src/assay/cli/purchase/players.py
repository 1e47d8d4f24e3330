"""Who plays in the demo: people with accounts, and vendors who label as well as they can."""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assay.cli.client import Client
from assay.cli.purchase.stage import Stage
from assay.formats import write_delivery
from assay.labels import LabelMap
from assay.metrics.pair import Pair
from assay.metrics.registry import MEASURES, METRICS
from assay.simulate.annotator import Annotator
from assay.simulate.street import STREET
from assay.simulate.whole_folder import pack

#: Everybody's password in the demo; it is printed.
PASSWORD = "four words of the demo"  # noqa: S105 - meant to be known


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, eq=False)
class Vendor:
    """A vendor at its desk: takes packages, labels, hands in; all through the API.

    Parameters
    ----------
    client
        Its manager, signed in.
    stage
        What its annotator sees.
    """

    client: Client
    stage: Stage

    def label(self, batch: str, annotator: Annotator) -> Any:  # noqa: ANN401 - JSON
        """Label what the package of a batch holds, and hand it in."""
        package = self.client.bytes_at(f"/vendor/batches/{batch}/package")
        maps = sorted(
            (alias, self._labels(picture, annotator)) for alias, picture in _images(package)
        )
        with tempfile.TemporaryDirectory() as folder:
            return self.client.deliver(batch, packed(maps, Path(folder), "index-png"))

    def _labels(self, picture: bytes, annotator: Annotator) -> LabelMap:
        name = self.stage.recognise(picture)
        return annotator.annotate(self.stage.truths[name], int(name[-4:]), STREET)


def packed(maps: Iterable[tuple[str, LabelMap]], folder: Path, format_name: str) -> Path:
    """Write label maps as a zip; return where it is."""
    written = folder / "labels"
    write_delivery(maps, written, STREET, format=format_name)
    archive = folder / "labels.zip"
    pack(written, archive)
    return archive


def _images(package: bytes) -> Iterable[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for entry in archive.namelist():
            path = Path(entry)
            if path.parts[0] == "images":
                yield path.stem, archive.read(entry)


@dataclass(frozen=True, eq=False)
class Reviewer:
    """A reviewer who looks closely: sees image and labels, and says how right they are.

    Parameters
    ----------
    client
        The reviewer, signed in.
    stage
        What the reviewer knows of streets.
    """

    client: Client
    stage: Stage

    def review(self, batch: str) -> int:
        """Look at whatever the plan asks for, until it asks for nothing more; return how many."""
        looked = 0
        while (task := self.client.post(f"/batches/{batch}/reviews")) is not None:
            path = f"/reviews/{task['id']}"
            picture = self.client.bytes_at(f"{path}/image")
            labels = self.client.bytes_at(f"{path}/labels")
            self.client.put(f"{path}/verdict", self._verdict(picture, labels))
            looked += 1
        return looked

    def _verdict(self, picture: bytes, labels: bytes) -> Mapping[str, object]:
        truth = self.stage.truths[self.stage.recognise(picture)]
        pair = Pair(truth, LabelMap.from_dense(_indexes(labels)), STREET)
        score = score_of(pair)
        return {"outcome": "pass" if score >= 0.8 else "fail", "score": score, "severe": 0}


def score_of(pair: Pair) -> float:
    """Return the score by which acceptance judges an image."""
    metric = METRICS.get("weighted_iou")
    measure = MEASURES.get(metric.measure)
    counts = measure.count(pair, measure.parameters())
    return float(np.clip(metric.score(counts, STREET), 0, 1))


def _indexes(labels: bytes) -> Any:  # noqa: ANN401 - an array
    with Image.open(io.BytesIO(labels)) as image:
        pixels = np.asarray(image.convert("RGB")).astype(np.int64)
    codes = pixels @ np.array([65536, 256, 1])
    known = STREET.colors.astype(np.int64) @ np.array([65536, 256, 1])
    order = np.argsort(known)
    return order[np.searchsorted(known[order], codes)].astype(np.uint16)
