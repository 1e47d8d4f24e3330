"""Where images may be worked on: what a project demands of the vendor that gets them."""

from collections.abc import Iterator, Sequence

from assay.sourcing.profile import VendorProfile

#: Images of these kinds leave only to countries that are named.
_GUARDED = ("confidential", "medical")


def residency_faults(
    sensitivity: str, countries: Sequence[str], vendor: VendorProfile
) -> Iterator[str]:
    """Yield why a vendor may not get a project's images; nothing where it may.

    Parameters
    ----------
    sensitivity
        ``public``, ``internal``, ``confidential`` or ``medical``.
    countries
        In which they may be worked on; none named allows all, unless the images are guarded.

    Examples
    --------
    >>> vendor = VendorProfile("Northlight", countries=frozenset({"PL", "US"}))
    >>> list(residency_faults("internal", ["DE", "PL"], vendor))
    ['Northlight works in US; the project allows DE, PL.']
    >>> list(residency_faults("internal", [], vendor))
    []
    """
    if not countries:
        if sensitivity in _GUARDED:
            yield f"Images are {sensitivity}, and no country is named where they may be worked on."
        return
    allowed = ", ".join(sorted(countries))
    if not vendor.countries:
        yield f"{vendor.name} does not say where it works; the project allows {allowed}."
    foreign = sorted(vendor.countries - set(countries))
    if foreign:
        yield f"{vendor.name} works in {', '.join(foreign)}; the project allows {allowed}."
