"""A batch under several claims: what counts, what comes next, and who decides."""

import math

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.sampling import Limits, Population, Verdict
from assay.sampling.acceptance import Batch, Judgement, Look, judge, value_of
from assay.sampling.order import looking_order
from assay.sampling.sequential import SequentialParameters, decide
from assay.sampling.terms import AcceptTerms

MEAN = "[mean]\ngood = 0.88\nbad = 0.80\n"
SEVERE = "[severe]\ngood = 0.02\nbad = 0.20\n"
ORDER = tuple(f"i{number:03d}" for number in range(120))
GOOD, BAD = Look(0.95), Look(0.3, severe=2)


def looked(*looks: Look, order: tuple[str, ...] = ORDER) -> dict[str, Look]:
    return dict(zip(order, looks, strict=False))


def judged(text: str, looks: dict[str, Look], **parts: object) -> Judgement:
    batch = Batch(ORDER, looks, known={}, tiers={})
    batch = Batch(**{**vars(batch), **parts})
    return judge(batch, AcceptTerms.from_toml(text))


def test_nothing_looked_at_asks_for_the_first_of_the_order() -> None:
    found = judged(MEAN, {})
    assert found.verdict is Verdict.UNDECIDED
    assert found.following == ORDER[:10]
    assert math.isnan(found.claims[0].estimate)


def test_good_images_are_looked_at_until_the_batch_is_accepted_and_no_further() -> None:
    found = judged(MEAN, looked(*[GOOD] * 120))
    assert found.verdict is Verdict.ACCEPT
    assert len(found.counted) == found.claims[0].looked < 40
    assert found.following == ()


def test_the_verdict_stands_whatever_is_looked_at_later() -> None:
    needed = len(judged(MEAN, looked(*[GOOD] * 120)).counted)
    spoiled = judged(MEAN, looked(*[GOOD] * needed, *[BAD] * (120 - needed)))
    assert spoiled.verdict is Verdict.ACCEPT
    assert len(spoiled.counted) == needed


def test_the_batch_is_rejected_as_soon_as_one_claim_fails() -> None:
    found = judged(MEAN + SEVERE, looked(*[Look(0.95, severe=1)] * 120))
    assert found.verdict is Verdict.REJECT
    assert [claim.verdict for claim in found.claims] == [Verdict.UNDECIDED, Verdict.REJECT]


def test_the_batch_is_accepted_when_the_last_claim_holds() -> None:
    found = judged(MEAN + SEVERE, looked(*[GOOD] * 120))
    assert found.verdict is Verdict.ACCEPT
    assert len(found.counted) == max(claim.looked for claim in found.claims)


def test_an_image_looked_at_before_its_turn_does_not_count() -> None:
    looks = looked(*[GOOD] * 30)
    del looks[ORDER[4]]
    found = judged(MEAN, looks)
    assert found.verdict is Verdict.UNDECIDED
    assert found.counted == frozenset(ORDER[:4])
    assert (found.gap, found.following[0]) == (4, ORDER[4])
    # Those looked at already are not asked for again.
    assert found.following[1] == ORDER[30]


def test_picking_only_good_images_gains_nothing() -> None:
    looks = {key: GOOD for key in ORDER if int(key[1:]) % 2}
    assert judged(MEAN, looks).counted == frozenset()


def test_items_known_to_be_lost_count_without_a_look() -> None:
    lost = {f"lost{number}": Look(0.0, 1) for number in range(60)}
    found = judged(MEAN, looked(*[GOOD] * 120), known=lost)
    # 60 of 180 are worth nothing: whatever the others are, the mean is below 0.67.
    assert found.verdict is Verdict.REJECT
    assert len(found.counted) <= 2


def test_a_batch_of_lost_items_is_rejected_without_a_look() -> None:
    found = judged(MEAN, {}, order=(), known={"a": Look(0.0, 1)})
    assert found.verdict is Verdict.REJECT
    assert found.claims[0].exact


def test_a_settled_tier_is_passed_over_once_nothing_else_asks_for_it() -> None:
    tiers = {key: "test" if place % 2 else "train" for place, key in enumerate(ORDER)}
    text = (
        "[[tier]]\nname = 'test'\ngood = 0.9\nbad = 0.4\n"
        "[[tier]]\nname = 'train'\ngood = 0.9\nbad = 0.85\n"
    )
    found = judged(text, looked(*[Look(0.94)] * 120), tiers=tiers)
    test, train = found.claims
    assert found.verdict is Verdict.ACCEPT
    assert test.looked < train.looked
    of_test = [key for key in found.counted if tiers[key] == "test"]
    assert len(of_test) == test.looked


def test_only_images_of_its_tier_speak_for_a_tier() -> None:
    tiers = {key: "test" if place < 60 else "train" for place, key in enumerate(ORDER)}
    looks = looked(*[BAD] * 60, *[GOOD] * 60)
    found = judged("[[tier]]\nname = 'train'\ngood = 0.88\nbad = 0.8\n", looks, tiers=tiers)
    assert found.verdict is Verdict.ACCEPT
    assert all(tiers[key] == "train" for key in found.counted)


def test_a_claim_about_faulty_images_counts_low_scores_and_severe_errors() -> None:
    terms = AcceptTerms.from_toml("[faulty]\nscore_below = 0.6\naql = 2.5")
    (claim,) = terms.claims
    values = [value_of(claim, look, terms) for look in (Look(0.7), Look(0.5), Look(0.9, severe=1))]
    assert values == [1.0, 0.0, 0.0]


def test_a_lot_plan_looks_at_its_sample_and_no_more() -> None:
    found = judged("[faulty]\nscore_below = 0.6\naql = 2.5", looked(*[GOOD] * 120))
    assert found.verdict is Verdict.ACCEPT
    # Code letter F: 20 images, acceptance number 1.
    assert len(found.counted) == found.claims[0].sample_size == 20


def test_weights_that_differ_need_the_sequential_plan() -> None:
    text = "[faulty]\naql = 2.5\n[[tier]]\nname = 'test'\nweight = 3.0"
    with pytest.raises(ParameterError, match="use the sequential plan"):
        judged(text, {}, tiers={ORDER[0]: "test"})


def test_a_batch_of_one_image_is_decided_by_it() -> None:
    for look, verdict in ((GOOD, Verdict.ACCEPT), (BAD, Verdict.REJECT)):
        assert judged(MEAN, {"only": look}, order=("only",)).verdict is verdict


def test_a_weighted_batch_at_the_limit_is_accepted_no_more_often_than_stated() -> None:
    """Orders as they are drawn by hashing, weights by tier; the weighted mean is the limit."""
    keys = tuple(f"i{number}" for number in range(60))
    weights = {key: 5.0 if number < 15 else 1.0 for number, key in enumerate(keys)}
    # 24 of 120 in weight are worth nothing.
    zeros = {*keys[:3], *keys[15:24]}
    assert sum(weights[key] for key in zeros) / sum(weights.values()) == pytest.approx(0.2)
    accepted = 0
    for seed in range(600):
        order = looking_order(keys, seed=seed, digest="", weights=weights)
        values = np.array([[0.0 if key in zeros else 1.0 for key in order]])
        batch = Population(np.array([weights[key] for key in order]))
        accepted += (
            decide(values, batch, Limits(0.88, 0.80), SequentialParameters()).acceptance == 1
        )
    assert accepted / 600 <= 0.05 + 5 * math.sqrt(0.05 * 0.95 / 600)


def test_curves_say_that_good_batches_pass_and_bad_ones_do_not() -> None:
    batch = Batch(ORDER, looked(*[GOOD] * 120), {}, {})
    (claim,) = judge(batch, AcceptTerms.from_toml(MEAN), curves=True).claims
    curve = claim.characteristic
    assert curve is not None
    at = dict(zip(curve.means.round(6).tolist(), curve.acceptance.tolist(), strict=True))
    assert at[0.8] <= 0.1
    assert at[0.88] >= 0.9
    assert (curve.looked <= 120).all()


def test_a_tier_with_limits_and_no_images_is_pointed_out() -> None:
    with pytest.raises(ParameterError, match="No image of the batch is in tier 'test'"):
        judged("[[tier]]\nname = 'test'\ngood = 0.9\nbad = 0.8", {})
