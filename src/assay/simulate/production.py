"""A whole production on disk: dated batches of several vendors, with a drift that is known."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from assay.errors import ParameterError
from assay.formats import write_delivery
from assay.labels import LabelMap
from assay.simulate.annotator import Annotation
from assay.simulate.class_file import ontology_file
from assay.simulate.producers import DEFAULT_PRODUCERS, DUSK_AND_RAIN, Hand, ImageShift, Producer
from assay.simulate.scene import STRATA, Stratum, draw_scene
from assay.simulate.street import STREET
from assay.simulate.whole_folder import (
    Progress,
    Steps,
    check_target,
    file_name_of,
    pack,
    silent,
    whole_folder,
)

#: When the first batch is delivered; the others follow week by week.
FIRST_DATE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class _Job:
    """One image of one batch: which scene, and whether it is gold."""

    key: str
    scene: int
    stratum: Stratum
    batch: int
    gold: bool


@dataclass(frozen=True)
class _Deed:
    """One image done by one hand."""

    vendor: str
    hand: str
    job: _Job
    work: Annotation


def simulate_production(
    target: Path,
    *,
    batches: int = 16,
    images: int = 10,
    gold_share: float = 0.8,
    height: int = 128,
    width: int = 256,
    seed: int = 1,
    producers: Sequence[Producer] = DEFAULT_PRODUCERS,
    shift: ImageShift | None = DUSK_AND_RAIN,
    progress: Progress = silent,
) -> None:
    """Write a production: weekly batches of every vendor, some of whose images are hidden gold.

    In the new folder lie ``DRIFT.toml``, ``ontology.toml``, ``strata.csv``, ``annotators.csv``
    (who labelled what, in which batch), ``images/``, ``reference/`` with the labels of gold images
    alone, ``batches/`` with one delivery per vendor and batch, ``known-drift.csv`` with what
    changes when, and ``known-faults.csv`` with what every fault did to every image.

    The gold images of a batch are the same for all vendors, so that vendors can be compared; the
    others are each vendor's own.  Names do not tell gold from the rest.

    Parameters
    ----------
    target
        Folder to make; it appears when everything is written.
    batches
        How many weeks, at least 1.
    images
        How many images a batch of one vendor has, at least 1.
    gold_share
        Share of them whose reference labels the buyer has; at least one image is gold.
    height, width
        Size of each image in pixels, at least 32 each.
    seed
        Which images; the annotators' chances have seeds of their own.
    producers
        Who delivers, with which annotators; at least one.
    shift
        From when on the images are others, or None where they stay as they were.
    progress
        Called after each step with images done and images in all.

    Raises
    ------
    SourceError
        When the target exists, or its folder does not.
    ParameterError
        When there is no batch, image or vendor, two vendors share a name, or the size is too small.
    """
    check_target(target)
    _check(batches, images, gold_share, producers)
    plan = _plan(batches, images, gold_share, seed, producers, shift)
    scenes = len({job.scene for jobs in plan.values() for job in jobs})
    with whole_folder(target, "production") as folder:
        steps = Steps(progress, scenes + sum(map(len, plan.values())))
        truths = _write_images(folder, plan, (height, width), seed, steps)
        deeds = list(_deliver_all(folder, plan, truths, producers, seed, steps))
        gold = {d.job.key: truths[d.job.scene] for d in deeds if d.job.gold}
        write_delivery(sorted(gold.items()), folder / "reference", STREET, format="index-png")
        _write_tables(folder, deeds, producers, shift)
        (folder / "ontology.toml").write_text(ontology_file(STREET), encoding="utf-8")
        text = drift_file(producers, batches, f"Simulated production, {batches} weeks")
        (folder / "DRIFT.toml").write_text(text, encoding="utf-8")


def date_of(batch: int) -> datetime:
    """Return when a batch is delivered, counted from 1.

    Examples
    --------
    >>> date_of(3).isoformat()
    '2026-01-19T09:00:00+00:00'
    """
    return FIRST_DATE + timedelta(weeks=batch - 1)


def batch_name(producer: Producer, batch: int) -> str:
    """Return the name of a batch, which is that of its delivery in ``batches/``."""
    return f"{file_name_of(producer.vendor.name)}-{batch:02d}"


def _plan(
    batches: int,
    images: int,
    gold_share: float,
    seed: int,
    producers: Sequence[Producer],
    shift: ImageShift | None,
) -> Mapping[tuple[str, int], list[_Job]]:
    """Return the images of each vendor's batches; the gold of a week is the same for all."""
    gold = min(images, max(1, round(images * gold_share)))
    own = images - gold
    rng = np.random.default_rng([seed, 7])
    # Numbered in no order, or the numbers would tell gold and date.
    total = batches * (gold + own * len(producers))
    names = iter(rng.permutation(total))
    plan: dict[tuple[str, int], list[_Job]] = {}
    scene = 0
    for batch in range(1, batches + 1):
        shares = None if shift is None or batch < shift.first_batch else shift.shares
        kinds = _strata_of(gold + own * len(producers), shares, rng)
        jobs = [
            _Job(f"street-{next(names) + 1:05d}", scene + place, kind, batch, place < gold)
            for place, kind in enumerate(kinds)
        ]
        scene += len(jobs)
        for place, producer in enumerate(producers):
            if batch >= producer.first_batch:
                mine = jobs[gold + own * place : gold + own * (place + 1)]
                plan[producer.vendor.name, batch] = sorted(
                    jobs[:gold] + mine, key=lambda job: job.key
                )
    return plan


def _strata_of(
    count: int, shares: Mapping[str, float] | None, rng: np.random.Generator
) -> list[Stratum]:
    weights = np.array([1.0 if shares is None else shares.get(kind.name, 0.0) for kind in STRATA])
    return [STRATA[place] for place in rng.choice(len(STRATA), count, p=weights / weights.sum())]


def _write_images(
    folder: Path,
    plan: Mapping[tuple[str, int], list[_Job]],
    shape: tuple[int, int],
    seed: int,
    steps: Steps,
) -> Mapping[int, LabelMap]:
    (folder / "images").mkdir()
    jobs = {job.scene: job for batch in plan.values() for job in batch}
    truths = {}
    for number, job in sorted(jobs.items()):
        scene = draw_scene(*shape, seed=seed, index=number, stratum=job.stratum)
        photograph = Image.fromarray(scene.photograph)
        photograph.save(folder / "images" / f"{job.key}.jpg", quality=90, subsampling=0)
        truths[number] = scene.truth
        steps.step()
    return truths


def _deliver_all(
    folder: Path,
    plan: Mapping[tuple[str, int], list[_Job]],
    truths: Mapping[int, LabelMap],
    producers: Sequence[Producer],
    seed: int,
    steps: Steps,
) -> Iterator[_Deed]:
    (folder / "batches").mkdir()
    for place, producer in enumerate(producers):
        batches = sorted(batch for name, batch in plan if name == producer.vendor.name)
        for batch in batches:
            jobs = plan[producer.vendor.name, batch]
            turns = np.random.default_rng([seed, 8, place, batch]).permutation(len(jobs))
            deeds = []
            for job, turn in zip(jobs, turns, strict=True):
                hand = producer.hands[turn % len(producer.hands)]
                work = _work(hand, job, truths[job.scene])
                deeds.append(_Deed(producer.vendor.name, hand.annotator.name, job, work))
                steps.step()
            _deliver(folder / "batches" / batch_name(producer, batch), producer, deeds)
            yield from deeds


def _work(hand: Hand, job: _Job, truth: LabelMap) -> Annotation:
    faults = hand.faults_at(job.batch, poor_light=job.stratum.light.name != "day")
    return replace(hand.annotator, faults=faults).work(truth, job.scene, STREET)


def _deliver(path: Path, producer: Producer, deeds: Iterable[_Deed]) -> None:
    maps = [(deed.job.key, deed.work.label_map) for deed in deeds]
    write_delivery(maps, path, STREET, format=producer.format)
    if producer.zipped:
        pack(path, path.with_name(f"{path.name}.zip"))


def _write_tables(
    folder: Path, deeds: Sequence[_Deed], producers: Sequence[Producer], shift: ImageShift | None
) -> None:
    names = {producer.vendor.name: producer for producer in producers}

    def batch_of(deed: _Deed) -> str:
        return batch_name(names[deed.vendor], deed.job.batch)

    strata = {deed.job.key: deed.job.stratum.name for deed in deeds}
    _write_rows(folder / "strata.csv", ("item", "stratum"), sorted(strata.items()))
    _write_rows(
        folder / "annotators.csv",
        ("delivery", "item", "annotator"),
        ((batch_of(deed), deed.job.key, deed.hand) for deed in deeds),
    )
    _write_rows(
        folder / "known-faults.csv",
        ("vendor", "batch", "item", "annotator", "fault", "changed_px", "objects"),
        (
            (d.vendor, batch_of(d), d.job.key, d.hand, did.fault, did.changed_px, did.objects)
            for d in deeds
            for did in d.work.deeds
        ),
    )
    _write_rows(
        folder / "known-drift.csv",
        ("what", "vendor", "annotator", "first_batch", "first_date"),
        _changes(producers, shift),
    )


def _changes(
    producers: Sequence[Producer], shift: ImageShift | None
) -> Iterator[tuple[object, ...]]:
    for producer in producers:
        for hand in producer.hands:
            if hand.changes_at:
                date = date_of(hand.changes_at).isoformat()
                name = hand.annotator.name
                yield "annotator", producer.vendor.name, name, hand.changes_at, date
    if shift is not None:
        yield "images", "", "", shift.first_batch, date_of(shift.first_batch).isoformat()


def _write_rows(path: Path, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(titles)
        table.writerows(rows)


def drift_file(producers: Sequence[Producer], batches: int, name: str) -> str:
    """Return the DRIFT.toml of a simulated production."""
    head = [
        "# Written by assay simulate. What changes when stands in known-drift.csv.",
        f"name = {json.dumps(name)}",
        'ontology = "ontology.toml"',
        'reference = "reference"',
        'images = "images"',
        'strata = "strata.csv"',
        'annotators = "annotators.csv"',
        "baseline_batches = 6",
    ]
    tables = ["\n".join(head)]
    for batch in range(1, batches + 1):
        tables += [
            # TOML's basic strings are written as JSON's.
            f"[[batch]]\nvendor = {json.dumps(producer.vendor.name, ensure_ascii=False)}\n"
            f"date = {date_of(batch).strftime('%Y-%m-%dT%H:%M:%SZ')}\n"
            f"delivery = {json.dumps(_path_of(producer, batch), ensure_ascii=False)}\n"
            f'format = "{producer.format}"'
            for producer in producers
            if batch >= producer.first_batch
        ]
    return "\n\n".join(tables) + "\n"


def _path_of(producer: Producer, batch: int) -> str:
    return f"batches/{batch_name(producer, batch)}" + (".zip" if producer.zipped else "")


def _check(batches: int, images: int, gold_share: float, producers: Sequence[Producer]) -> None:
    if batches < 1 or images < 1:
        raise ParameterError(
            f"A production of {batches} batches with {images} images shows nothing; "
            "give at least 1 of each."
        )
    if not 0 <= gold_share <= 1:
        raise ParameterError(f"gold_share is {gold_share}; give 0 to 1.")
    names = [file_name_of(producer.vendor.name) for producer in producers]
    if not names or len(set(names)) < len(names):
        titles = [producer.vendor.name for producer in producers]
        raise ParameterError(
            f"The vendors are {titles}; give at least one, each with its own name."
        )
