"""A batch on disk in which some annotators cheat, with everything that `assay honesty` reads."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay.errors import ParameterError
from assay.formats import write_delivery
from assay.labels import LabelMap
from assay.simulate.annotator import Annotator
from assay.simulate.cheats import (
    CHEATS,
    Cheat,
    CopiedWork,
    GoldOnlyEffort,
    InflatedHours,
    InflatedVertices,
    PastedObjects,
    Probing,
    RepeatedMaps,
    UntouchedDrafts,
)
from assay.simulate.class_file import ontology_file
from assay.simulate.desk import Desk, Submission, honest_work, seed_errors
from assay.simulate.faults import BoundaryJitter, BoundaryOffset, CoarsePolygons, MissedObjects
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.simulate.whole_folder import (
    Progress,
    Steps,
    check_target,
    file_name_of,
    silent,
    whole_folder,
)

#: Share of the images that are gold.
_GOLD_SHARE = 0.4
_SEEDS_AN_IMAGE = 2

#: What drafts look like.
_MODEL = Annotator(
    "model", (MissedObjects(60, 0.4), BoundaryJitter(1.2, 9.0), CoarsePolygons(1.5)), seed=900
)


@dataclass(frozen=True)
class Worker:
    """One annotator of a simulated workshop.

    Parameters
    ----------
    annotator
        Name and skill.
    cheats
        Settings of cheats, from :mod:`assay.simulate.cheats`, done one after the other; none for
        honest work.
    pace
        Minutes as a multiple of a usual annotator's.
    clicked
        Whether outlines are clicked and delivered as COCO; else maps are painted.
    """

    annotator: Annotator
    cheats: tuple[Any, ...] = ()
    pace: float = 1.0
    clicked: bool = False


def _steady(name: str, seed: int, *, reach: float = 1.2, offset: int = 0) -> Annotator:
    habits = (BoundaryOffset(offset_px=offset),) if offset else ()
    return Annotator(
        name, (MissedObjects(60, 0.3), *habits, BoundaryJitter(reach, 11.0)), seed=seed
    )


#: Five who work, and seven who do not, each in a way of their own.
WORKERS = (
    Worker(_steady("Ada", 1), pace=0.9),
    Worker(_steady("Ben", 2, reach=1.8), pace=1.15),
    Worker(_steady("Cleo", 3, offset=1), pace=1.0, clicked=True),
    Worker(_steady("Dan", 4, offset=1), pace=1.2),
    Worker(_steady("Eve", 5, reach=0.8), pace=0.85, clicked=True),
    Worker(_steady("Copy", 6), (CopiedWork(colleague=0, share=0.8, jitter_px=1.0),)),
    Worker(_steady("Paste", 7), (PastedObjects(share=0.4),)),
    Worker(_steady("Draft", 8), (UntouchedDrafts(share=0.9),)),
    Worker(_steady("Gold", 9), (GoldOnlyEffort(),)),
    Worker(_steady("Hours", 10), (InflatedHours(factor=2.6),)),
    Worker(_steady("Dots", 11), (InflatedVertices(factor=4),), clicked=True),
    Worker(_steady("Probe", 12), (RepeatedMaps(share=0.15), Probing(rounds=6))),
)


def simulate_workshop(
    target: Path,
    *,
    images: int = 30,
    height: int = 128,
    width: int = 256,
    seed: int = 1,
    workers: Sequence[Worker] = WORKERS,
    progress: Progress = silent,
) -> None:
    """Write a batch by annotators of whom some cheat, and the HONESTY.toml that binds it.

    In the new folder lie ``HONESTY.toml``, ``ontology.toml``, ``reference/``, ``drafts/``, one
    delivery per annotator with earlier ones beside it, ``gold.csv``, ``seeded.csv``,
    ``timings.csv``, and ``known-cheats.csv`` with who cheats how.

    Parameters
    ----------
    target
        Folder to make; it appears when everything is written.
    images
        How many, at least 2.
    height, width
        Size of each image in pixels, at least 32 each.
    seed
        Which images and chances.
    workers
        Who works.
    progress
        Called after each step with steps done and steps in all.

    Raises
    ------
    SourceError
        When the target exists, or its folder does not.
    ParameterError
        When there are fewer than two images or nobody works.
    """
    check_target(target)
    if images < 2 or not workers:
        raise ParameterError(
            f"A workshop of {images} images and {len(workers)} workers shows nothing; give at "
            "least 2 images and a worker."
        )
    steps = Steps(progress, images + len(workers))
    with whole_folder(target, "workshop") as folder:
        desk = make_desk(images, height, width, seed=seed, steps=steps)
        _write_desk(folder, desk)
        submissions: list[Submission] = []
        for worker in workers:
            submissions.append(submit(worker, desk, submissions, seed=seed))
            _deliver(folder, worker, desk, submissions[-1])
            steps.step()
        _write_times(folder, workers, desk, submissions)
        (folder / "HONESTY.toml").write_text(_honesty_file(workers, submissions), encoding="utf-8")


def make_desk(
    images: int, height: int, width: int, *, seed: int, steps: Steps | None = None
) -> Desk:
    """Return a batch of street scenes with drafts, seeded errors and gold."""
    rng = np.random.default_rng([seed, 31])
    keys = tuple(f"street-{index + 1:04d}" for index in range(images))
    truths, drafts, seeds = [], [], {}
    for index, key in enumerate(keys):
        truths.append(draw_scene(height, width, seed=seed, index=index).truth)
        draft = _MODEL.annotate(truths[-1], index, STREET)
        draft, boxes = seed_errors(draft, STREET, rng, count=_SEEDS_AN_IMAGE)
        drafts.append(draft)
        seeds[key] = boxes
        if steps is not None:
            steps.step()
    gold = rng.permutation(images)[: max(1, round(_GOLD_SHARE * images))]
    return Desk(keys, tuple(truths), STREET, tuple(drafts), seeds, frozenset(keys[g] for g in gold))


def submit(
    worker: Worker, desk: Desk, colleagues: Sequence[Submission], *, seed: int
) -> Submission:
    """Return what somebody hands in: honest work, and then the cheats."""
    submission = honest_work(worker.annotator, desk, pace=worker.pace, clicked=worker.clicked)
    for place, settings in enumerate(worker.cheats):
        rng = np.random.default_rng([seed, worker.annotator.seed, place, 53])
        submission = cheat_of(settings).act(submission, settings, desk, colleagues, rng)
    return submission


def cheat_of(settings: object) -> Cheat:
    """Return the cheat that a value sets.

    Raises
    ------
    ParameterError
        When there is none.
    """
    for cheat in CHEATS:
        if isinstance(settings, cheat.parameters):
            return cheat
    known = ", ".join(cheat.parameters.__name__ for cheat in CHEATS)
    raise ParameterError(f"{settings!r} sets no known cheat. Give one of {known}.")


def _write_desk(folder: Path, desk: Desk) -> None:
    for name, maps in (("reference", desk.truths), ("drafts", desk.drafts)):
        write_delivery(zip(desk.keys, maps, strict=True), folder / name, STREET, format="index-png")
    (folder / "ontology.toml").write_text(ontology_file(STREET), encoding="utf-8")
    _write_rows(folder / "gold.csv", ["item"], ([key] for key in sorted(desk.gold)))
    _write_rows(
        folder / "seeded.csv",
        ["item", "top", "left", "bottom", "right"],
        (
            [key, box.top, box.left, box.bottom, box.right]
            for key, boxes in desk.seeds.items()
            for box in boxes
        ),
    )


def _deliver(folder: Path, worker: Worker, desk: Desk, submission: Submission) -> None:
    name = file_name_of(worker.annotator.name)
    if submission.outlines:
        (folder / name).mkdir()
        document = coco_of(desk, submission)
        (folder / name / "annotations.json").write_text(json.dumps(document), encoding="utf-8")
    else:
        _write_maps(folder / name, desk, submission.maps)
    for number, maps in enumerate(submission.earlier, 1):
        _write_maps(folder / f"{name}-{number}", desk, maps)


def _write_maps(folder: Path, desk: Desk, maps: Iterable[LabelMap]) -> None:
    write_delivery(zip(desk.keys, maps, strict=True), folder, STREET, format="index-png")


def coco_of(desk: Desk, submission: Submission) -> Mapping[str, Any]:
    """Return a submission's outlines as a COCO document, vertices as they were clicked."""
    ids = STREET.ids.tolist()
    annotations: list[dict[str, Any]] = []
    for number, outlines in enumerate(submission.outlines):
        for outline in outlines:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": int(ids[outline.value]),
                    "segmentation": [outline.ring.round(3).ravel().tolist()],
                    "iscrowd": 0,
                }
            )
    return {
        "images": [
            {"id": number, "file_name": f"{key}.png", "height": truth.height, "width": truth.width}
            for number, (key, truth) in enumerate(zip(desk.keys, desk.truths, strict=True))
        ],
        "categories": [{"id": entry.id, "name": entry.name} for entry in STREET.classes],
        "annotations": annotations,
    }


def _write_times(
    folder: Path, workers: Sequence[Worker], desk: Desk, submissions: Sequence[Submission]
) -> None:
    _write_rows(
        folder / "timings.csv",
        ["item", "annotator", "minutes"],
        (
            [key, worker.annotator.name, f"{minutes:.2f}"]
            for worker, submission in zip(workers, submissions, strict=True)
            for key, minutes in zip(desk.keys, submission.minutes, strict=True)
        ),
    )
    _write_rows(
        folder / "known-cheats.csv",
        ["annotator", "cheat"],
        (
            [worker.annotator.name, cheat_of(settings).name]
            for worker in workers
            for settings in worker.cheats
        ),
    )


def _write_rows(path: Path, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(titles)
        table.writerows(rows)


def _honesty_file(workers: Sequence[Worker], submissions: Sequence[Submission]) -> str:
    head = [
        "# Written by assay simulate. Who cheats how stands in known-cheats.csv.",
        'name = "Simulated workshop"',
        'ontology = "ontology.toml"',
        'reference = "reference"',
        'gold = "gold.csv"',
        'preannotation = "drafts"',
        'seeded = "seeded.csv"',
        'timings = "timings.csv"',
    ]
    tables = [
        _annotator_table(worker, len(submission.earlier))
        for worker, submission in zip(workers, submissions, strict=True)
    ]
    return "\n".join([*head, *tables]) + "\n"


def _annotator_table(worker: Worker, earlier: int) -> str:
    # TOML's basic strings are written as JSON's.
    name = file_name_of(worker.annotator.name)
    rows = [
        "\n[[annotator]]",
        f"name = {json.dumps(worker.annotator.name, ensure_ascii=False)}",
        f"delivery = {json.dumps(name, ensure_ascii=False)}",
    ]
    if earlier:
        paths = [f"{name}-{number}" for number in range(1, earlier + 1)]
        rows.append(f"earlier = {json.dumps(paths, ensure_ascii=False)}")
    return "\n".join(rows)
