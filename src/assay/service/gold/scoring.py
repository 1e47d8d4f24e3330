"""Scoring ordinary work by gold, in a process of its own: ``python -m assay.service.gold.scoring``.

The labels were a vendor's once, so the server leaves them to a program, as it does with archives.
"""

from dataclasses import dataclass
from pathlib import Path

from assay.assess.looking import looks_by_reference
from assay.assess.walk import silent
from assay.formats import open_delivery
from assay.labels import Ontology
from assay.render.document import dump
from assay.sampling.terms import AcceptTerms
from assay.service import programs


@dataclass(frozen=True)
class Order(programs.Order):
    """What is to be scored.

    Parameters
    ----------
    home
        Folder with run caches of equal names in ``gold/`` and ``labels/``; ``looks.json`` is left
        there.
    ontology
        Classes, as TOML.
    terms
        Acceptance terms, as TOML.
    workers
        Processes that read items; 0 for one per processor.
    """

    home: Path
    ontology: str
    terms: str
    workers: int


def score(order: Order) -> None:
    """Score all labels and leave the looks."""
    ontology = Ontology.from_toml(order.ontology)
    gold, labels = (
        open_delivery(order.home / name, ontology, format="assay-runs", name=name)
        for name in ("gold", "labels")
    )
    terms = AcceptTerms.from_toml(order.terms)
    looks, _ = looks_by_reference(gold, labels, labels.keys, terms, order.workers, silent)
    found = {key: {"score": look.score, "severe": look.severe} for key, look in looks.items()}
    (order.home / "looks.json").write_text(dump(found), encoding="utf-8")


if __name__ == "__main__":
    programs.obey(Order, score)
