"""What is added to a batch: fees for management, QA and conversion; what a commitment lacks."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from assay.errors import ParameterError
from assay.sourcing.price import Case, Charge, PriceComponent

ZERO = Decimal(0)


@dataclass(frozen=True)
class Fee:
    """A fee; its parts add up.

    Parameters
    ----------
    per_batch, per_image
        Amounts in major units.
    percent
        Per cent of what the units of work cost.
    """

    per_batch: Decimal = ZERO
    per_image: Decimal = ZERO
    percent: Decimal = ZERO

    def __post_init__(self) -> None:
        if min(self.per_batch, self.per_image, self.percent) < 0:
            raise ParameterError("A fee is below 0. A discount is a volume tier or a malus.")


@dataclass(frozen=True)
class Commitment:
    """An amount that is paid in each period, whatever is ordered.

    Parameters
    ----------
    amount
        In major units.
    """

    amount: Decimal

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ParameterError(f"A commitment of {self.amount} commits to nothing. Leave it out.")


def share_of_worth(case: Case, percent: Decimal, *, component: str, text: str) -> Charge:
    """Charge per cent of what the units of work cost; negative per cent takes off."""
    decimals = max(0, -int(percent.normalize().as_tuple().exponent))
    scale = 10**decimals
    return Charge(component, text, "percent", int(percent * scale), 100 * scale, case.worth.major)


def _charge_fee(case: Case, fee: Fee, *, component: str, title: str) -> tuple[Charge, ...]:
    charges = (
        Charge(component, f"{title}, per batch", "batch", case.batches, 1, fee.per_batch),
        Charge(component, f"{title}, per image", "image", case.work.images, 1, fee.per_image),
        share_of_worth(case, fee.percent, component=component, text=title),
    )
    return tuple(charge for charge in charges if charge.quantity and charge.price)


def _charge_shortfall(case: Case, commitment: Commitment) -> tuple[Charge, ...]:
    lacking = commitment.amount - case.worth.major
    if lacking <= 0:
        return ()
    return (Charge("minimum-commitment", "Minimum commitment, not used", "period", 1, 1, lacking),)


def _fee_component(name: str, summary: str, advice: str, *, title: str) -> PriceComponent:
    charge = partial(_charge_fee, component=name, title=title)
    return PriceComponent(name, summary, advice, title, Fee, charge, "batch")


MANAGEMENT_FEE = _fee_component(
    "management-fee",
    "What the vendor's project management costs.",
    """\
Often a share of the work (`percent = 8`) or an amount per batch. Many small batches make a fee per
batch dear: the figure per accepted image shows it at your batch size.
""",
    title="Project management",
)

QA_FEE = _fee_component(
    "qa-fee",
    "What the vendor's own quality assurance costs.",
    """\
Pay for it only where the pilot shows a difference: ask for deliveries before and after the vendor's
QA and compare them.
""",
    title="Quality assurance",
)

CONVERSION_FEE = _fee_component(
    "conversion-fee",
    "What conversion into the wanted format costs.",
    """\
Seldom worth paying: Assay reads what the usual tools write, so take the vendor's own format.
""",
    title="Format conversion",
)

MINIMUM_COMMITMENT = PriceComponent(
    name="minimum-commitment",
    summary="An amount that is paid in each period, whatever is ordered.",
    advice="""\
At the end of a period, what was invoiced in it is topped up to the committed amount. A commitment
buys a lower price and sells the freedom to stop: the comparison of quotes shows what it costs at
volumes that you hold for possible, and how likely it is that it is not used up.
""",
    title="Minimum commitment",
    parameters=Commitment,
    charge=_charge_shortfall,
    when="period",
)

FEES = (MANAGEMENT_FEE, QA_FEE, CONVERSION_FEE)
COMMITMENTS = (MINIMUM_COMMITMENT,)
