"""How amounts, prices and quantities are written on invoices.

Everything is exact: what is written is what was computed with, so a reader can do the sum again.
"""

from decimal import Decimal

from assay.sourcing.money import Money, minor_digits
from assay.sourcing.price import Charge

_PLURALS = {"vertex": "vertices"}


def amount(money: Money) -> str:
    r"""Write an amount without its currency: thousands separated, a real minus sign.

    Examples
    --------
    >>> amount(Money("EUR", -123456789)), amount(Money("JPY", 1200))
    ('−1,234,567.89', '1,200')
    """
    return f"{money.major:,f}".replace("-", "−")


def sum_of(money: Money) -> str:
    r"""Write an amount with its currency, joined by a no-break space.

    Examples
    --------
    >>> sum_of(Money("EUR", 120000))
    '1,200.00\xa0EUR'
    """
    return f"{amount(money)}\xa0{money.currency}"


def quantity(charge: Charge) -> str:
    r"""Write how much is charged for, in the unit that the price is for.

    Examples
    --------
    >>> quantity(Charge("per-image", "Images", "image", 1200, 1, Decimal("1.20")))
    '1,200\xa0images'
    >>> quantity(Charge("per-megapixel", "Megapixels", "megapixel", 2097152, 10**6, Decimal(1)))
    '2.097152\xa0megapixels'
    >>> quantity(Charge("per-hour", "Hours", "hour", 5430, 3600, Decimal(18)))
    '1:30:30\xa0h'
    >>> quantity(Charge("bonus", "Bonus", "percent", 25, 1000, Decimal("510.00")))
    '2.5\xa0%'
    """
    if charge.unit == "percent":
        return f"{_plain(Decimal(100 * charge.quantity) / charge.per)}\xa0%".replace("-", "−")
    if charge.unit == "hour":
        minutes, seconds = divmod(charge.quantity, 60)
        written = f"{minutes // 60:,}:{minutes % 60:02}:{seconds:02}"
    else:
        written = _plain(Decimal(charge.quantity) / charge.per)
    return f"{written}\xa0{_noun(charge)}"


def price(charge: Charge, currency: str) -> str:
    """Write the price of one unit, or what a percentage is taken of, with all its decimals.

    Examples
    --------
    >>> price(Charge("qa-fee", "QA", "batch", 1, 1, Decimal(40)), "EUR")
    '40.00'
    >>> price(Charge("bonus", "Bonus", "percent", 25, 1000, Decimal("510.00")), "EUR")
    'of 510.00'
    """
    decimals = max(minor_digits(currency), -int(charge.price.as_tuple().exponent))
    written = f"{charge.price:,.{decimals}f}".replace("-", "−")
    return f"of {written}" if charge.unit == "percent" else written


def _noun(charge: Charge) -> str:
    if charge.unit == "hour":
        return "h"
    if charge.quantity == charge.per:
        return charge.unit
    return _PLURALS.get(charge.unit, f"{charge.unit}s")


def _plain(number: Decimal) -> str:
    written = f"{number:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
