"""What a tier of images demands, and which tiers may not demand less than others."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from assay.errors import ParameterError

#: Tiers from the most to the least demanding.
TIERS = ("test", "validation", "training", "supplementary")


@dataclass(frozen=True)
class QualityPolicy:
    """What a tier demands.

    Parameters
    ----------
    standard
        Mean score at which a batch is as good as agreed, in 0..1.
    limit
        Mean score below which a batch must not be accepted, but with ``consumer_risk``.
    severe_standard, severe_limit
        Shares of images with a severe error that are as good as agreed, and too many.
    consumer_risk
        Probability that a batch at the limit is accepted.
    producer_risk
        Probability that a batch at the standard is rejected.
    redundancy
        People who label each image.
    gold_share
        Part of a batch that is hidden gold.
    severe_classes
        Classes whose severe errors count; all where empty.

    Examples
    --------
    >>> QualityPolicy(standard=0.9, limit=0.95)
    Traceback (most recent call last):
    assay.errors.ParameterError: The limit 0.95 is not below the standard 0.9. Lower the limit...
    """

    standard: float = 0.9
    limit: float = 0.85
    severe_standard: float = 0.02
    severe_limit: float = 0.1
    consumer_risk: float = 0.05
    producer_risk: float = 0.05
    redundancy: int = 1
    gold_share: float = 0.1
    severe_classes: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.limit < self.standard:
            raise ParameterError(
                f"The limit {self.limit:g} is not below the standard {self.standard:g}. Lower the "
                "limit: between the two either decision is right."
            )
        if not self.severe_standard < self.severe_limit:
            raise ParameterError(
                f"The severe_limit {self.severe_limit:g} is not above the severe_standard "
                f"{self.severe_standard:g}. Raise the limit: between the two either decision is "
                "right."
            )

    def to_accept_toml(self, *, seed: int) -> str:
        """Write what the policy demands as the acceptance file of a batch.

        Parameters
        ----------
        seed
            Fixes the order of looking; kept from the vendor until it has delivered.

        Examples
        --------
        >>> print(QualityPolicy().to_accept_toml(seed=7))
        seed = 7
        consumer_risk = 0.05
        producer_risk = 0.05
        [mean]
        good = 0.9
        bad = 0.85
        [severe]
        good = 0.02
        bad = 0.1
        """
        return "\n".join(
            (
                f"seed = {seed}",
                f"consumer_risk = {self.consumer_risk!r}",
                f"producer_risk = {self.producer_risk!r}",
                "[mean]",
                f"good = {self.standard!r}",
                f"bad = {self.limit!r}",
                "[severe]",
                f"good = {self.severe_standard!r}",
                f"bad = {self.severe_limit!r}",
                *self._severe_classes(),
            )
        )

    def _severe_classes(self) -> Iterator[str]:
        # JSON's strings are TOML's basic strings, but for signs that no class name has.
        if self.severe_classes:
            yield f"classes = {json.dumps(list(self.severe_classes))}"


#: Demands that are stricter when they are larger, and when they are smaller.
_MORE = frozenset({"standard", "limit", "redundancy"})
_LESS = frozenset({"severe_standard", "severe_limit", "consumer_risk"})


def check_tiers(policies: Mapping[str, QualityPolicy]) -> None:
    """Refuse tiers in which test or validation images are judged less strictly than the rest.

    Labels that judge a model must not be worse than those that it learns from.

    Raises
    ------
    ParameterError
        When a demand of the test or validation tier is weaker than one of a lower tier.

    Examples
    --------
    >>> lax = QualityPolicy(standard=0.7, limit=0.6)
    >>> check_tiers({"test": lax, "training": QualityPolicy()})
    Traceback (most recent call last):
    assay.errors.ParameterError: The test tier demands less than the training tier: standard 0.7...
    """
    for guarded in ("test", "validation"):
        for lower in ("training", "supplementary"):
            if guarded in policies and lower in policies:
                _check_pair(guarded, policies[guarded], lower, policies[lower])


def _check_pair(guarded: str, upper: QualityPolicy, lower: str, below: QualityPolicy) -> None:
    for field in fields(QualityPolicy):
        strict, lax = getattr(upper, field.name), getattr(below, field.name)
        weaker = strict < lax if field.name in _MORE else strict > lax
        if field.name in _MORE | _LESS and weaker:
            raise ParameterError(
                f"The {guarded} tier demands less than the {lower} tier: {field.name} {strict:g} "
                f"beside {lax:g}. Images that judge the model need labels at least as good."
            )
