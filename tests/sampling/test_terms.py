"""What an ACCEPT.toml may say, and what is said when it says something else."""

import pytest

from assay.errors import ParameterError, UnknownNameError
from assay.sampling.fixed_size import FixedSizeParameters
from assay.sampling.iso2859 import Iso2859Parameters
from assay.sampling.terms import AcceptTerms

WHOLE = """
name = "Batch 7"
seed = 11
producer_risk = 0.04
consumer_risk = 0.1
score = "mean_iou"
tiers = "tiers.csv"

[mean]
good = 0.88
bad = 0.80
plan = "fixed-size"
spread = 0.12

[severe]
good = 0.02
bad = 0.10
plan = "attributes"
classes = ["person"]

[faulty]
score_below = 0.6
aql = 2.5
level = "III"
inspection = "tightened"

[[tier]]
name = "test"
weight = 4
good = 0.92
bad = 0.86

[[tier]]
name = "train"
"""


def test_a_whole_file_is_read_as_it_stands() -> None:
    terms = AcceptTerms.from_toml(WHOLE)
    mean, severe, faulty, tier = terms.claims
    assert [claim.name for claim in terms.claims] == ["mean", "severe", "faulty", "tier test"]
    assert mean.parameters == FixedSizeParameters(0.12)
    assert (severe.plan, severe.good, severe.bad) == ("attributes", 0.98, 0.9)
    assert faulty.parameters == Iso2859Parameters(2.5, "III", "tightened")
    assert faulty.good == pytest.approx(0.975)
    assert (tier.good, tier.bad, tier.plan) == (0.92, 0.86, "sequential")
    assert dict(terms.tier_weights) == {"test": 4.0, "train": 1.0}
    assert (terms.seed, terms.score, terms.tiers) == (11, "mean_iou", "tiers.csv")
    assert (terms.score_below, terms.severe_classes) == (0.6, ("person",))


def test_the_producers_risk_is_shared_out_and_the_consumers_is_not() -> None:
    terms = AcceptTerms.from_toml(WHOLE)
    limits = terms.limits_of(terms.claims[0])
    assert (limits.producer_risk, limits.consumer_risk) == (0.01, 0.1)


def test_any_change_of_what_was_agreed_on_changes_the_digest() -> None:
    digests = {
        AcceptTerms.from_toml(text).digest
        for text in (
            WHOLE,
            WHOLE.replace("0.88", "0.89"),
            WHOLE.replace("seed = 11", "seed = 12"),
            WHOLE.replace("weight = 4", "weight = 5"),
            WHOLE.replace("aql = 2.5", "aql = 4.0"),
            WHOLE.replace('["person"]', '["rider"]'),
        )
    }
    assert len(digests) == 6
    assert AcceptTerms.from_toml(WHOLE).digest in digests


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "asks for nothing"),
        ("seed = 1", "asks for nothing"),
        ("[[tier]]\nname = 'test'", "asks for nothing"),
        ("= 1", "not valid TOML"),
        ("mean = 0.8", "mean is a table"),
        ("tier = 3", "list of tables"),
        ("[mean]\ngoood = 0.8", "Did you mean 'good'"),
        ("[mean]\nbad = 0.8", "has good None"),
        ("[mean]\ngood = 0.8\nbad = 0.8", "0 ≤ bad < good ≤ 1"),
        ("[mean]\ngood = '0.8'\nbad = 0.7", "give a number"),
        ("[mean]\ngood = true\nbad = 0.7", "give a number"),
        ("[mean]\ngood = nan\nbad = 0.7", "0 ≤ bad < good ≤ 1"),
        ("[mean]\ngood = 0.9\nbad = 0.7\nplan = 'attributes'", "counts faulty images"),
        ("[severe]\ngood = 0.2\nbad = 0.1", "shares of images with an error"),
        ("[severe]\ngood = 0.1\nbad = 0.2\nclasses = 'person'", "list of class names"),
        ("[faulty]\ngood = 0.1\nbad = 0.2", "goes by its aql"),
        ("[faulty]\naql = 1.1", "ISO 2859-1 has"),
        ("[mean]\ngood = 0.9\nbad = 0.7\nstrategy = 'mixture'\n[[tier]]\nweight = 2", "lacks name"),
        ("[[tier]]\nname = 'a'\n[[tier]]\nname = 'a'", "Two tiers"),
        ("[[tier]]\nname = 'a'\nweight = 0", "above 0"),
        ("seed = 1.5\n[mean]\ngood = 0.9\nbad = 0.7", "whole number"),
        ("consumer_risk = 0\n[mean]\ngood = 0.9\nbad = 0.7", "give a probability"),
        ("spread = 2\n[mean]\ngood = 0.9\nbad = 0.7", "spread"),
    ],
)  # fmt: skip
def test_wrong_terms_are_refused_with_the_way_out(text: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        AcceptTerms.from_toml(text)


def test_an_unknown_plan_or_strategy_names_the_known_ones() -> None:
    limits = "[mean]\ngood = 0.9\nbad = 0.7\n"
    with pytest.raises(UnknownNameError, match="sequential"):
        AcceptTerms.from_toml(limits + "plan = 'sequental'")
    with pytest.raises(UnknownNameError, match="mixture"):
        AcceptTerms.from_toml(limits + "strategy = 'hope'")
