"""Money as whole minor units and a currency; never a float."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Self

from assay.errors import ParameterError

# ISO 4217: currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has: 2 for EUR, 0 for JPY (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


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
    >>> str(Money("EUR", 250) - Money("EUR", 300))
    '-0.50 EUR'
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
        digits = minor_digits(currency)
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

    @classmethod
    def rounded(cls, major: Fraction | Decimal | int, currency: str) -> Self:
        """Return the nearest amount; a half goes away from zero, as invoices round.

        Examples
        --------
        >>> Money.rounded(Fraction(1, 3), "EUR"), Money.rounded(Decimal("-0.005"), "EUR")
        (Money(currency='EUR', minor=33), Money(currency='EUR', minor=-1))
        """
        exact = abs(Fraction(major)) * 10 ** minor_digits(currency)
        minor = int(exact + Fraction(1, 2))
        return cls(currency, minor if major >= 0 else -minor)

    @classmethod
    def total(cls, amounts: Iterable[Self], currency: str) -> Self:
        """Return the sum of amounts of one currency; nothing sums to zero."""
        total = cls(currency, 0)
        for amount in amounts:
            total += amount
        return total

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Self) -> Self:
        self._check_currency(other)
        return type(self)(self.currency, self.minor + other.minor)

    def __sub__(self, other: Self) -> Self:
        return self + -other

    def __neg__(self) -> Self:
        return type(self)(self.currency, -self.minor)

    def _check_currency(self, other: Self) -> None:
        if self.currency != other.currency:
            raise ParameterError(
                f"{self} and {other} are of two currencies. State both in one of them."
            )

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        return f"{Decimal(self.minor).scaleb(-digits):.{digits}f} {self.currency}"
