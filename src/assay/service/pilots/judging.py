"""Judging a pilot, in a process of its own: ``python -m assay.service.pilots.judging FILE``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.assess.pilot import judge_pilot
from assay.formats import open_delivery
from assay.formats.photograph import open_photographs
from assay.labels import Ontology
from assay.render.document import dump, number
from assay.render.evaluation.csv import pilot_csv
from assay.render.evaluation.document import pilot_document
from assay.render.evaluation.page import pilot_page
from assay.report import Plan
from assay.service import programs
from assay.sourcing import PilotReport, PilotTimes, Vendor

#: What decides the ranking.
DECIDES = "mean_iou"


@dataclass(frozen=True)
class Order(programs.Order):
    """What is to be judged.

    Parameters
    ----------
    home
        Folder with ``gold/``, ``photographs/`` and, for each vendor, a folder named by its number;
        what is found is left there as ``pilot.html``, ``pilot.json``, ``pilot.csv`` and
        ``found.json``.
    name
        Of the pilot.
    vendors
        Names of the vendors, in the order of their numbers.
    times
        How long each of them took.
    ontology
        Classes, as TOML.
    strata
        Stratum of each image.
    seed
        Of the resampling.
    workers
        Processes that read items; 0 for one per processor.
    """

    home: Path
    name: str
    vendors: tuple[str, ...]
    times: tuple[PilotTimes, ...]
    ontology: str
    strata: Mapping[str, str]
    seed: int
    workers: int


def judge(order: Order) -> None:
    """Judge a pilot and leave what was found in its folder."""
    ontology = Ontology.from_toml(order.ontology)
    home = order.home
    # A vendor of whom nothing could be read has an empty folder, which no format fits.
    deliveries = [
        (
            Vendor(name, times=times),
            open_delivery(home / str(place), ontology, format="assay-runs", name=name),
        )
        for place, (name, times) in enumerate(zip(order.vendors, order.times, strict=True))
    ]
    pilot = judge_pilot(
        order.name,
        deliveries,
        open_delivery(home / "gold", ontology, format="assay-runs", name="gold"),
        Plan(seed=order.seed),
        metric=DECIDES,
        strata=order.strata,
        photographs=open_photographs(home / "photographs"),
        workers=order.workers,
    )
    for name, text in (
        ("pilot.html", pilot_page(pilot)),
        ("pilot.json", dump(pilot_document(pilot))),
        ("pilot.csv", pilot_csv(pilot)),
        ("found.json", dump(found_of(pilot))),
    ):
        (home / name).write_text(text, encoding="utf-8")


def found_of(pilot: PilotReport) -> dict[str, Any]:
    """Return what lists and decisions need of a judgement; the rest is in its report."""
    return {
        "metric": pilot.metric,
        "award": pilot.verdict.award,
        "certainty": number(pilot.verdict.certainty),
        "sentence": pilot.verdict.sentence,
        "smallest_difference": number(pilot.smallest_difference),
        "vendors": [
            {
                "name": result.vendor.name,
                "rank": result.rank,
                "value": number(result.report.scores[pilot.metric].value),
                "low": number(result.report.scores[pilot.metric].low),
                "high": number(result.report.scores[pilot.metric].high),
                "first_rank_probability": number(float(result.rank_probabilities[0])),
            }
            for result in pilot.results
        ],
        "differences": [
            {
                "first": entry.first,
                "second": entry.second,
                "value": number(entry.difference.value),
                "low": number(entry.difference.low),
                "high": number(entry.difference.high),
                "distinguishable": entry.distinguishable,
            }
            for entry in pilot.differences
        ],
    }


if __name__ == "__main__":
    programs.obey(Order, judge)
