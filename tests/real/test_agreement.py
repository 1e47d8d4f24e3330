"""Real panels: experts and crowd workers of BU-BIL."""

from pathlib import Path

import pytest
from studies import bu_bil

from assay.assess.agree import agree
from assay.assess.panel import Panel
from assay.report.agreement import AgreementPlan, AgreementReport

EXPERTS = {
    4: ("Expert1", "Expert2", "Expert3"),
    6: tuple(f"Person{n}_{tool}" for n in range(1, 6) for tool in ("Amira", "ImageJ")),
}


@pytest.fixture(scope="module", params=[4, 6])
def data_set(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def of(shared_data: Path, data_set: int, who: str) -> AgreementReport:
    folder = shared_data / "bu_bil" / f"BU-BIL_Dataset{data_set}"
    found = list(bu_bil.cases(folder, data_set))
    deliveries = (
        [bu_bil.worker(folder, found, number) for number in range(1, 8)]
        if who == "crowd"
        else [bu_bil.expert(folder, found, name) for name in EXPERTS[data_set]]
    )
    return agree(Panel(tuple(deliveries)), AgreementPlan(outlines=False), workers=1)


def test_experts_agree_more_than_the_crowd_where_objects_are_clear(shared_data: Path) -> None:
    """Data set 4: fluorescent cells.  In 6, faint vessels, the experts' own tools differ more."""
    experts, crowd = (of(shared_data, 4, who) for who in ("experts", "crowd"))
    for name in ("krippendorff_alpha", "pairwise_iou", "pairwise_dice"):
        assert experts.scores[name].low > crowd.scores[name].high, name


def test_the_two_tools_of_the_person_who_differs_are_both_found_apart(shared_data: Path) -> None:
    report = of(shared_data, 6, "experts")
    assert [entry.name for entry in report.annotators if entry.apart] == [
        "Person3_Amira", "Person3_ImageJ",
    ]  # fmt: skip
    assert all(
        entry.alpha_without > report.scores["krippendorff_alpha"].value
        for entry in report.annotators
        if entry.apart
    )


def test_every_image_has_as_many_values_as_annotators(shared_data: Path, data_set: int) -> None:
    report = of(shared_data, data_set, "crowd")
    assert {item.annotators for item in report.items} == {7}
    pixels = sum(item.height * item.width for item in report.items)
    assert report.coincidences.sum() == pytest.approx(7 * pixels)
