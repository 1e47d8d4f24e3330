"""Whether the time that judging takes tells a vendor which images are gold.

A vendor may hand in an archive with a single item, as often as it likes before the review, and sees
when it was received and when it was judged.  If gold cost more time than the rest, one upload for
each image would name it.
"""

import math
import resource
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from assay.assess.looking import looks_by_reference
from assay.assess.walk import silent
from assay.delivery import Delivery
from assay.formats import open_delivery, write_delivery
from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap, Ontology
from assay.sampling.acceptance import Look
from assay.sampling.terms import AcceptTerms
from assay.service.deliveries import judging
from assay.service.deliveries.jobs import next_moment
from assay.service.deliveries.judging import Order, judge
from assay.service.settings import Settings
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.sourcing.policy import QualityPolicy
from assay.validation.report import ValidationReport
from studies.study import Study, table

SEED = 20260105
SHAPE = (128, 256)
#: Seconds that a planted delay takes.
DELAY = 0.005
#: Seconds between the moments at which findings are told, by default.
EVERY = int(Settings.model_fields["publish_seconds"].default)

TEXT = """
{items} images are handed in one at a time in an archive of their own and judged by the program of
the service, {rounds} times while the image is gold and as often while it is not, in an order that
is drawn anew; half of all images are gold each time. Of each image in each role the least time
counts, as a patient vendor would have it: on the clock, and on the processors, which is what a
vendor would see on a machine that does nothing else. AUC is the probability that a gold image took
longer than another: 0.5 is chance. Intervals are 95 %, by 2,000 resamplings of images.

{results}

Two things keep this from a vendor. **Every readable item is compared with something**, those whose
right labels are not known with themselves. *Only gold is compared* is how the service did it before
this study: on the processors every gold image then took longer than every other. What is left goes
the other way and is smaller: comparing with gold takes a little less than comparing with oneself,
probably because these maps have more in them than gold has, and it takes up part of the planted
5 ms. On the clock neither shows: the machine did other work meanwhile.

Labels made for the purpose could widen what is left. So **what was found is told on a schedule**:
at the next of moments that lie {every} seconds apart (`ASSAY_PUBLISH_SECONDS`) and begin
anywhere. The last column is what a vendor sees of that: chance, even where only gold is compared.
By averaging, a vendor would see a difference of 3 ms after some {uploads:,} uploads of each
image.
"""


@dataclass(frozen=True)
class Times:
    """Least seconds of each image, shape (2, images): while it is no gold, and while it is."""

    clock: NDArray[np.float64]
    processors: NDArray[np.float64]


def run(*, quick: bool) -> Study:
    """Return the page."""
    items, rounds = (10, 2) if quick else (60, 3)
    rows = []
    for name, way in WAYS.items():
        with patch.object(judging, "_looks", way):
            times = measure(items, rounds)
        seen = (times.processors, times.clock, told(times.clock))
        rows.append([name, *(shown(values) for values in seen)])
    titles = ["Judging", "AUC on the processors", "on the clock", "as it is told"]
    text = TEXT.format(
        items=items,
        rounds=rounds,
        results=table(titles, rows),
        every=EVERY,
        # Uploads whose mean has a standard error of 3 ms; a step is uniform.
        uploads=int(round((EVERY / math.sqrt(12) / 0.003) ** 2, -4)),
    )
    return Study("Time and hidden gold", text)


def measure(items: int, rounds: int) -> Times:
    """Judge every image alone, several times in each role, and return the least times."""
    generator = np.random.default_rng(SEED)
    names = [f"i{number:04}" for number in range(items)]
    home = Path(tempfile.mkdtemp(prefix="assay-timing-"))
    try:
        maps = [draw_scene(*SHAPE, seed=number).truth for number in range(items)]
        archives = [_pack(home, name, found) for name, found in zip(names, maps, strict=True)]
        # Of each time two, in each role, and of each image.
        found = np.full((2, 2, items), np.inf)
        for _ in range(rounds):
            half = generator.permutation(np.arange(items) % 2 == 0)
            for gold in (half, ~half):
                known = {names[place]: maps[place] for place in np.flatnonzero(gold).tolist()}
                for place in generator.permutation(items).tolist():
                    took = _judge_alone(home, archives[place], tuple(names), known)
                    role = int(gold[place])
                    found[:, role, place] = np.minimum(found[:, role, place], took)
    finally:
        shutil.rmtree(home)
    return Times(found[0], found[1])


def told(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return when times are told, on a schedule that begins anywhere."""
    generator = np.random.default_rng(SEED)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [
        next_moment(begin + timedelta(seconds=took), EVERY, generator.random())
        for took in values.ravel().tolist()
    ]
    return np.array([(moment - begin).total_seconds() for moment in moments]).reshape(values.shape)


def shown(values: NDArray[np.float64]) -> str:
    """Return an AUC with its interval."""
    generator = np.random.default_rng(SEED)
    images = values.shape[1]
    samples = (generator.integers(0, images, images) for _ in range(2000))
    low, high = np.quantile([_auc(values[:, sample]) for sample in samples], [0.025, 0.975])
    return f"{_auc(values):.2f} ({low:.2f}–{high:.2f})"


def _auc(values: NDArray[np.float64]) -> float:
    others, gold = values[0], values[1][:, np.newaxis]
    return float(np.mean((gold > others) + 0.5 * (gold == others)))


def _pack(home: Path, name: str, label_map: LabelMap) -> Path:
    folder = home / f"{name}-maps"
    # Half of the top row is another class: nobody hands in what gold says to the pixel.
    pixels = label_map.to_dense().copy()
    pixels[0, : pixels.shape[1] // 2] = 1
    write_delivery([(name, LabelMap.from_dense(pixels))], folder, STREET, format="index-png")
    target = home / f"{name}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder))
    return target


def _judge_alone(
    home: Path, archive: Path, expected: tuple[str, ...], known: Mapping[str, LabelMap]
) -> tuple[float, float]:
    out, gold = home / "out", home / "gold"
    for folder in (out, gold):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for name, label_map in known.items():
        data = encode_runs(label_map, index_digest(STREET), level=6)
        (gold / f"{name}.runs").write_bytes(data)
    order = Order(
        archive=archive,
        out=out,
        ontology=_toml(STREET),
        format="index-png",
        images=dict.fromkeys(expected, SHAPE),
        gold=gold,
        terms=QualityPolicy().to_accept_toml(seed=1),
        workers=1,
    )
    begun, used = time.perf_counter(), _used()
    judge(order)
    return time.perf_counter() - begun, _used() - used


def _toml(ontology: Ontology) -> str:
    return "".join(
        f'[[class]]\nname = "{label.name}"\nid = {label.id}\n'
        f'color = "#{bytes(label.color).hex()}"\nkind = "{label.kind}"\n'
        for label in ontology.classes
    )


def _used() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


Looker = Callable[[Delivery, ValidationReport, Ontology, Order], Mapping[str, Look]]


def _delayed(
    delivery: Delivery, report: ValidationReport, ontology: Ontology, order: Order
) -> Mapping[str, Look]:
    """Take longer for gold."""
    known = _known(order)
    found = _AS_IT_IS(delivery, report, ontology, order)
    end = time.perf_counter() + (DELAY if known & delivery.key_set else 0.0)
    while time.perf_counter() < end:
        pass
    return found


def _gold_alone(
    delivery: Delivery, report: ValidationReport, ontology: Ontology, order: Order
) -> Mapping[str, Look]:
    """Compare only what is gold."""
    assert order.gold is not None  # noqa: S101 - every order here has gold
    gold = open_delivery(order.gold, ontology, format="assay-runs", name="gold")
    usable = [item.key for item in report.items if item.readable]
    terms = AcceptTerms.from_toml(order.terms)
    looks, _ = looks_by_reference(gold, delivery, usable, terms, order.workers, silent)
    return looks


def _known(order: Order) -> frozenset[str]:
    return frozenset(file.stem for file in (order.gold or order.out).iterdir())


_AS_IT_IS: Looker = judging._looks  # noqa: SLF001 - what is studied

WAYS: Mapping[str, Looker] = {
    "as it is": _AS_IT_IS,
    f"{1000 * DELAY:.0f} ms more for gold": _delayed,
    "only gold is compared": _gold_alone,
}
