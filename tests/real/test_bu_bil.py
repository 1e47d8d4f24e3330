"""The IoUs that were measured on BU-BIL with other tools are reproduced."""

from pathlib import Path

import pytest
from studies import bu_bil

from assay.assess import Plan, assess, judge_pilot
from assay.report import ItemScores
from assay.sourcing import Vendor

PLAN = Plan(measures=("overlap",), resamples=500, worst=0)


@pytest.fixture(scope="module", params=[4, 6])
def folder(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    return shared_data / "bu_bil" / f"BU-BIL_Dataset{request.param}"


@pytest.fixture(scope="module")
def found(folder: Path) -> list[bu_bil.Case]:
    return list(bu_bil.cases(folder, int(folder.name[-1])))


def object_iou(items: tuple[ItemScores, ...], place: int) -> float:
    counts = items[place].counts["overlap"][0]
    both, reference, candidate = (int(count) for count in counts)
    return both / (reference + candidate - both)


def test_each_workers_iou_is_the_measured_one(folder: Path, found: list[bu_bil.Case]) -> None:
    gold = bu_bil.gold(found)
    reports = [
        assess(bu_bil.worker(folder, found, number), gold, PLAN, workers=1)
        for number in range(1, 8)
    ]
    by_case = {case.name: case for case in found}
    for place, key in enumerate(gold.keys):
        # The table numbers the workers of an image in an order of its own.
        measured = sorted(object_iou(report.items, place) for report in reports)
        assert measured == pytest.approx(sorted(by_case[key].iou_of_worker), abs=1e-4)


def test_the_majority_of_seven_scores_the_measured_iou(
    folder: Path, found: list[bu_bil.Case]
) -> None:
    report = assess(bu_bil.majority(folder, found), bu_bil.gold(found), PLAN, workers=1)
    expected = {case.name: case.iou_of_majority for case in found}
    for place, item in enumerate(report.items):
        assert object_iou(report.items, place) == pytest.approx(expected[item.key], abs=1e-4)


def test_an_expert_is_awarded_over_the_crowd_on_fluorescence_images(shared_data: Path) -> None:
    folder = shared_data / "bu_bil" / "BU-BIL_Dataset4"
    found = list(bu_bil.cases(folder, 4))
    vendors = [
        bu_bil.worker(folder, found, 1),
        bu_bil.expert(folder, found, "Expert1"),
        bu_bil.majority(folder, found),
    ]
    pilot = judge_pilot(
        "BU-BIL 4",
        [(Vendor(delivery.name), delivery) for delivery in vendors],
        bu_bil.gold(found),
        PLAN,
        workers=1,
    )
    assert [result.vendor.name for result in pilot.results] == [
        "Expert1",
        "majority of 7",
        "worker 1",
    ]
    assert pilot.verdict.award == "Expert1"
