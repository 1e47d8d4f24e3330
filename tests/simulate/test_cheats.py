"""Cheats change what they say and nothing else; a workshop on disk binds together."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assay.assess.honesty import examine_honesty
from assay.errors import AssayError, ParameterError
from assay.formats import open_delivery, read_ontology
from assay.labels.painting import fill
from assay.labels.polygon import Polygon
from assay.simulate.annotator import Annotator
from assay.simulate.cheats import (
    CHEATS,
    CopiedWork,
    GoldOnlyEffort,
    InflatedHours,
    InflatedVertices,
    PastedObjects,
    Probing,
    RepeatedMaps,
    UntouchedDrafts,
)
from assay.simulate.desk import Desk, Submission, honest_work
from assay.simulate.faults import BoundaryJitter
from assay.simulate.workshop import WORKERS, Worker, cheat_of, make_desk, simulate_workshop, submit

HAND = Annotator("Hand", (BoundaryJitter(1.2, 10.0),), seed=5)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return make_desk(6, 64, 128, seed=2)


def acted(desk: Desk, *cheats: object, clicked: bool = False) -> tuple[Submission, Submission]:
    before = honest_work(HAND, desk, clicked=clicked)
    colleague = honest_work(replace(HAND, seed=6), desk)
    worker = Worker(HAND, cheats, clicked=clicked)
    return before, submit(worker, desk, [colleague], seed=1)


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_every_cheat_has_a_worker_of_the_workshop_and_says_what_finds_it(cheat: object) -> None:
    assert any(cheat_of(settings) is cheat for worker in WORKERS for settings in worker.cheats)


def test_settings_of_no_cheat_are_refused() -> None:
    with pytest.raises(ParameterError, match="sets no known cheat"):
        cheat_of(object())


def test_drafts_come_back_with_their_errors(desk: Desk) -> None:
    _, after = acted(desk, UntouchedDrafts(1.0))
    assert after.maps == desk.drafts


def test_a_colleagues_work_is_copied_or_shaken(desk: Desk) -> None:
    colleague = honest_work(replace(HAND, seed=6), desk)
    _, plain = acted(desk, CopiedWork(0, 1.0))
    assert plain.maps == colleague.maps
    _, shaken = acted(desk, CopiedWork(0, 1.0, jitter_px=1.0))
    assert all(a != b for a, b in zip(shaken.maps, colleague.maps, strict=True))
    with pytest.raises(ParameterError, match="after whom is copied"):
        acted(desk, CopiedWork(3, 1.0))


def test_maps_repeat_the_image_before(desk: Desk) -> None:
    _, after = acted(desk, RepeatedMaps(1.0))
    assert len({label_map.digest for label_map in after.maps}) == 1


def test_gold_is_spared(desk: Desk) -> None:
    before, after = acted(desk, GoldOnlyEffort())
    for key, own, spoilt in zip(desk.keys, before.maps, after.maps, strict=True):
        assert (own == spoilt) == (key in desk.gold)


def test_minutes_are_multiplied(desk: Desk) -> None:
    before, after = acted(desk, InflatedHours(2.5))
    np.testing.assert_allclose(np.array(after.minutes), 2.5 * np.array(before.minutes))
    assert after.maps == before.maps


def test_vertices_are_multiplied_and_paint_the_same(desk: Desk) -> None:
    before, after = acted(desk, InflatedVertices(3), clicked=True)
    for image, dense in zip(before.outlines, after.outlines, strict=True):
        for outline, more in zip(image, dense, strict=True):
            assert len(more.ring) == 3 * len(outline.ring)
    ring = np.array([[3.13, 2.07], [30.2, 9.4], [14.9, 33.3]])
    more_rings = np.concatenate([ring, ring.mean(axis=0, keepdims=True)])  # not the same
    assert fill(Polygon((more_rings,)), 40, 40) != fill(Polygon((ring,)), 40, 40)


def test_pasting_changes_objects_only_where_it_pastes(desk: Desk) -> None:
    before, after = acted(desk, PastedObjects(1.0))
    assert any(a != b for a, b in zip(before.maps, after.maps, strict=True))
    _, nothing = acted(desk, PastedObjects(0.0))
    assert nothing.maps == before.maps


def test_probing_hands_in_worse_versions_first(desk: Desk) -> None:
    _, after = acted(desk, Probing(3))
    versions = [*after.earlier, after.maps]
    assert len(versions) == 4
    for old, new in pairwise(versions):
        assert sum(a != b for a, b in zip(old, new, strict=True)) == 1


def test_who_looks_corrects_most_seeded_errors(desk: Desk) -> None:
    clean = honest_work(HAND, desk)
    assert len(clean.maps) == len(desk.truths)
    assert all(minutes > 0 for minutes in clean.minutes)
    assert sum(map(len, desk.seeds.values())) > 0


def test_a_workshop_can_be_examined_as_written(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    simulate_workshop(folder, images=4, height=64, width=128, seed=2)
    classes = read_ontology(folder / "ontology.toml")
    names = ("ada", "cleo", "dots")
    report = examine_honesty(
        "w", [open_delivery(folder / name, classes) for name in names], workers=1
    )
    assert report.annotators == names
    assert set(report.images.values()) == {4}
    with pytest.raises(AssayError, match="exists"):
        simulate_workshop(folder)


def test_equal_seeds_write_equal_workshops(tmp_path: Path) -> None:
    for name in ("a", "b"):
        simulate_workshop(tmp_path / name, images=2, height=64, width=128, workers=WORKERS[4:8])
    files = [sorted(path for path in (tmp_path / name).rglob("*.*")) for name in ("a", "b")]
    assert [path.relative_to(tmp_path / "a") for path in files[0]] == [
        path.relative_to(tmp_path / "b") for path in files[1]
    ]
    for first, second in zip(*files, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_too_little_shows_nothing(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="at least 2 images"):
        simulate_workshop(tmp_path / "w", images=1)
