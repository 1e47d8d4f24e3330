"""Money as whole minor units and a currency; never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

from assay.errors import ParameterError

# ISO 4217: currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


@dataclass(frozen=True, order=True)
class Money:
    """An amount of one currency.

    Parameters
    ----------
    currency
        ISO 4217 code, three capitals.
    minor
        Amount in minor units, for example cents.

    Examples
    --------
    >>> Money.parse("1.20", "EUR")
    Money(currency='EUR', minor=120)
    >>> str(Money.parse("950", "JPY"))
    '950 JPY'
    """

    currency: str
    minor: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ParameterError(f"Currency {self.currency!r} is not an ISO 4217 code such as EUR.")
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise ParameterError(f"{self.minor!r} is not a whole number of minor units.")

    @classmethod
    def parse(cls, amount: str | int | Decimal, currency: str) -> Self:
        """Read an amount in major units, exactly.

        Raises
        ------
        ParameterError
            When it is no amount, or has more decimals than the currency has.
        """
        digits = _MINOR_DIGITS.get(currency, 2)
        try:
            minor = Decimal(amount).scaleb(digits)
        except InvalidOperation:
            raise ParameterError(f"{amount!r} is not an amount of money such as 1.20.") from None
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise ParameterError(
                f"{amount} {currency} has more than {digits} decimals, the smallest unit of "
                f"{currency}. Round it."
            )
        return cls(currency, int(minor))

    def __str__(self) -> str:
        digits = _MINOR_DIGITS.get(self.currency, 2)
        return f"{Decimal(self.minor).scaleb(-digits):.{digits}f} {self.currency}"
