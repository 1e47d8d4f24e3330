"""``assay plan``: how many images, before anybody looks at one."""

import json as jsonlib
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.cli.output import Outputs, publish
from assay.errors import ParameterError, SourceError
from assay.formats.text_file import read_text
from assay.formats.verdicts import read_tiers
from assay.metrics.quantiles import student_quantile
from assay.render.document import Document, dump
from assay.sampling.iso2859 import inspection_of
from assay.sampling.lots import lot_answer
from assay.sampling.review import ReviewTime, review_cost
from assay.sampling.sizes import gold_size, pilot_size
from assay.sampling.terms import AcceptTerms

if TYPE_CHECKING:
    from rich.console import Console


def run_pilot_size(
    difference: float,
    *,
    spread: float | None,
    pilot: Path | None,
    confidence: float,
    power: float,
    outputs: Outputs,
) -> None:
    """Answer how many pilot images tell vendors apart."""
    outputs.check()
    found = pilot_size(difference, _spread(spread, pilot), confidence=confidence, power=power)
    from assay.render.planning.document import pilot_size_document
    from assay.render.planning.page import pilot_size_page
    from assay.render.planning.terminal import show_pilot_size

    _publish(found, outputs, pilot_size_document, pilot_size_page, show_pilot_size)


def run_gold_size(
    share: float, *, batch: int | None, confidence: float, errors: int, outputs: Outputs
) -> None:
    """Answer how many gold images bound the share of images with a severe error."""
    outputs.check()
    found = gold_size(share, confidence=confidence, lot=batch, errors=errors)
    from assay.render.planning.document import gold_size_document
    from assay.render.planning.page import gold_size_page
    from assay.render.planning.terminal import show_gold_size

    _publish(found, outputs, gold_size_document, gold_size_page, show_gold_size)


def run_lot(
    images: int, *, aql: float, level: str, inspection: str, history: str, outputs: Outputs
) -> None:
    """Answer which sample ISO 2859-1 takes of a lot."""
    outputs.check()
    lots = history.upper()
    if set(lots) - {"P", "F"}:
        raise ParameterError(f"--history is {history!r}; write P for passed and F for failed.")
    found = lot_answer(
        images,
        aql=aql,
        level=level,
        inspection=inspection_of(inspection),
        history=[lot == "P" for lot in lots],
    )
    from assay.render.planning.document import lot_document
    from assay.render.planning.page import lot_page
    from assay.render.planning.terminal import show_lot

    _publish(found, outputs, lot_document, lot_page, show_lot)


def run_review_cost(
    terms: Path, *, images: int, minutes: float, minutes_spread: float, seed: int, outputs: Outputs
) -> None:
    """Answer what terms of acceptance cost in review time."""
    outputs.check()
    agreed = AcceptTerms.from_toml(read_text(terms, "acceptance file"))
    sizes: dict[str, int] = {}
    if agreed.tiers is not None:
        named = list(read_tiers(terms.parent / agreed.tiers).values())
        sizes = {name: named.count(name) for name in named}
    found = review_cost(
        agreed, images, ReviewTime(minutes, minutes_spread), tier_sizes=sizes, seed=seed
    )
    from assay.render.planning.document import review_cost_document
    from assay.render.planning.page import review_cost_page
    from assay.render.planning.terminal import show_review_cost

    _publish(found, outputs, review_cost_document, review_cost_page, show_review_cost)


def _publish(
    found: Any,  # noqa: ANN401 - each question has its own answer
    outputs: Outputs,
    document: Callable[[Any], Document],
    page: Callable[[Any], str],
    show: "Callable[[Any, Console], None]",
) -> None:
    publish(
        outputs,
        terminal=lambda console: show(found, console),
        json=lambda: dump(document(found)),
        html=lambda: page(found),
    )


def _spread(spread: float | None, pilot: Path | None) -> float:
    if spread is not None and pilot is None:
        return spread
    if pilot is not None and spread is None:
        return spread_of_pilot(pilot)
    raise ParameterError(
        "How much do single images differ? Give --spread, such as 0.1, or --pilot report.json of "
        "an earlier pilot, and not both."
    )


def spread_of_pilot(path: Path) -> float:
    """Return the largest spread of paired differences that a pilot's JSON report shows.

    The report has the interval of each difference, which is a t interval over its images.

    Raises
    ------
    SourceError
        When the file is no pilot report, or its vendors have no difference with an interval.
    """
    try:
        document = jsonlib.loads(read_text(path, "pilot report"))
        return max(_spreads(document))
    except (ValueError, KeyError, TypeError, IndexError):
        raise SourceError(
            f"{path} is no report of a pilot with two vendors or more. Give the report.json that "
            "`assay pilot --json` writes, or --spread."
        ) from None


def _spreads(document: Mapping[str, Any]) -> list[float]:
    if document["schema"] != "assay.pilot/1":
        raise ValueError
    images = int(document["vendors"][0]["report"]["items"])
    reach = student_quantile((1 + float(document["plan"]["confidence"])) / 2, images - 1)
    spreads = []
    for entry in document["differences"]:
        ends = entry["difference"]
        error = (float(ends["high"]) - float(ends["low"])) / 2 / reach
        spreads.append(error * math.sqrt(images))
    return spreads
