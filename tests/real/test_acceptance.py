"""BU-BIL's crowd workers as batches: what looking at a part says, looking at all confirms."""

from pathlib import Path

import pytest
from studies import bu_bil

from assay.assess.accept import accept
from assay.sampling import Verdict
from assay.sampling.terms import AcceptTerms

#: Dataset 6 by mean IoU over object and background; seven workers lie on both sides.
GOOD, BAD = 0.90, 0.75
TERMS = AcceptTerms.from_toml(f'score = "mean_iou"\n[mean]\ngood = {GOOD}\nbad = {BAD}')


@pytest.mark.parametrize("data_set", [4, 6])
def test_no_worker_beyond_a_limit_gets_the_wrong_verdict(data_set: int, shared_data: Path) -> None:
    folder = shared_data / "bu_bil" / f"BU-BIL_Dataset{data_set}"
    found = list(bu_bil.cases(folder, data_set))
    gold = bu_bil.gold(found)
    for number in range(1, 8):
        report = accept(bu_bil.worker(folder, found, number), TERMS, reference=gold, workers=1)
        assert len(report.items) == len(found)
        mean = sum(item.look.score for item in report.items) / len(report.items)
        assert report.verdict is not Verdict.UNDECIDED
        assert report.counted <= len(found)
        if mean >= GOOD:
            assert report.verdict is Verdict.ACCEPT
        if mean <= BAD:
            assert report.verdict is Verdict.REJECT
        (claim,) = report.claims
        assert claim.low - 0.001 <= mean <= claim.high + 0.001


def test_experts_gold_passes_against_itself_after_a_part(shared_data: Path) -> None:
    folder = shared_data / "bu_bil" / "BU-BIL_Dataset6"
    gold = bu_bil.gold(list(bu_bil.cases(folder, 6)))
    report = accept(gold, TERMS, reference=gold, workers=1)
    assert report.verdict is Verdict.ACCEPT
    assert report.counted < len(gold)
