"""Small simulated batches that tests of honesty share."""

from collections.abc import Sequence
from functools import cache

from assay.assess.honesty import Books, examine_honesty
from assay.delivery import Delivery, Reading
from assay.honesty import Plan
from assay.honesty.report import HonestyReport
from assay.labels import LabelMap
from assay.labels.shape import Shape
from assay.simulate.annotator import Annotator
from assay.simulate.desk import Desk, Submission
from assay.simulate.faults import BoundaryJitter, MissedObjects
from assay.simulate.workshop import Worker, make_desk, submit

IMAGES = 12


@cache
def desk() -> Desk:
    return make_desk(IMAGES, 96, 192, seed=3)


def steady(name: str, seed: int) -> Annotator:
    return Annotator(name, (MissedObjects(60, 0.3), BoundaryJitter(1.4, 11.0)), seed=seed)


@cache
def honest() -> tuple[tuple[Worker, ...], tuple[Submission, ...]]:
    workers = tuple(Worker(steady(f"H{seed}", seed)) for seed in range(1, 6))
    return workers, tuple(submit(worker, desk(), (), seed=1) for worker in workers)


def delivery(
    name: str, maps: Sequence[LabelMap], outlines: Sequence[tuple[Shape, ...]] = ()
) -> Delivery:
    readings = {
        key: Reading(label_map, (), outlines[place] if outlines else None)
        for place, (key, label_map) in enumerate(zip(desk().keys, maps, strict=True))
    }
    return Delivery(name, "memory", desk().ontology, tuple(sorted(readings)), readings.__getitem__)


def examined(*cheats: Worker, plan: Plan = Plan(), reference: bool = True) -> HonestyReport:  # noqa: B008 - frozen
    workers, submissions = list(honest()[0]), list(honest()[1])
    for worker in cheats:
        submissions.append(submit(worker, desk(), submissions, seed=1))
        workers.append(worker)
    parts = list(zip(workers, submissions, strict=True))
    return examine_honesty(
        "test",
        [delivery(w.annotator.name, s.maps, _shapes(s)) for w, s in parts],
        plan,
        books=Books(
            delivery("gold", desk().truths) if reference else None,
            delivery("drafts", desk().drafts),
            tuple(
                tuple(delivery(f"{w.annotator.name} {n}", maps) for n, maps in enumerate(s.earlier))
                for w, s in parts
            ),
            desk().gold,
            desk().seeds,
            {w.annotator.name: dict(zip(desk().keys, s.minutes, strict=True)) for w, s in parts},
        ),
        workers=1,
    )


def _shapes(submission: Submission) -> list[tuple[Shape, ...]]:
    return [
        tuple(Shape("", "", outline.value, (outline.ring,), ()) for outline in image)
        for image in submission.outlines
    ]


def flagged(report: HonestyReport) -> set[tuple[str, str]]:
    """Detector and everybody whom its flags are about."""
    return {(flag.detector.name, "/".join(flag.measurement.subjects)) for flag in report.flags}
