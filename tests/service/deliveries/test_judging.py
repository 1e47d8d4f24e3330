"""Judging as a function: what it compares, and what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from assay.assess import looking
from assay.delivery import Delivery
from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap
from assay.service.deliveries import judging
from assay.service.deliveries.judging import Order, judge
from assay.sourcing.policy import QualityPolicy
from service.deliveries.batches import ALIASES, GOLD, ONTOLOGY, TOML, archive, truth


def ordered(home: Path, delivered: tuple[str, ...], gold: tuple[str, ...]) -> Order:
    """Return the order to judge right labels of some items, of which some are gold."""
    (home / "archive.zip").write_bytes(archive(home, {alias: truth(alias) for alias in delivered}))
    folder = home / "gold"
    folder.mkdir()
    for alias in gold:
        data = encode_runs(LabelMap.from_dense(truth(alias)), index_digest(ONTOLOGY))
        (folder / f"{alias}.runs").write_bytes(data)
    (home / "out").mkdir()
    return Order(
        archive=home / "archive.zip",
        out=home / "out",
        ontology=TOML,
        format="index-png",
        expected=ALIASES,
        gold=folder if gold else None,
        terms=QualityPolicy().to_accept_toml(seed=1),
        workers=1,
    )


@pytest.mark.parametrize("gold", [GOLD, ()])
def test_every_item_is_compared_so_that_time_says_nothing_of_gold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gold: tuple[str, ...]
) -> None:
    compared: list[str] = []

    def spy(reference: Delivery, batch: Delivery, usable: list[str], *rest: Any) -> Any:
        compared.extend(key for key in usable if key in reference.key_set)
        return looking.looks_by_reference(reference, batch, usable, *rest)

    monkeypatch.setattr(judging, "looks_by_reference", spy)
    judge(ordered(tmp_path, ALIASES, gold))
    assert compared == list(ALIASES)
    items = json.loads((tmp_path / "out" / "judged.json").read_text("utf-8"))["items"]
    assert {alias for alias, item in items.items() if item["score"] is not None} == set(gold)


def test_gold_that_was_not_delivered_scores_nothing(tmp_path: Path) -> None:
    judge(ordered(tmp_path, ("a1", "b2"), GOLD))
    items = json.loads((tmp_path / "out" / "judged.json").read_text("utf-8"))["items"]
    assert (items["b2"]["score"], items["b2"]["severe"]) == (1.0, 0)
    assert (items["d4"]["score"], items["d4"]["severe"]) == (0.0, 1)
    assert items["a1"]["score"] is None
