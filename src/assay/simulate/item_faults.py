"""Faults of a delivery as a whole: items left out, renamed, doubled, resized or made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from assay.errors import ParameterError
from assay.labels import LabelMap


@dataclass(frozen=True)
class ItemFaults:
    """How many items go wrong in which way; an item goes wrong in one way only.

    Parameters
    ----------
    missing
        Items left out.
    renamed
        Items under another name: in capitals with ``_mask`` after it.
    duplicated
        Items that hold the labels of another one.
    resized
        Items at half their size.
    extra
        Items that nobody asked for.

    Raises
    ------
    ParameterError
        When a number is negative.
    """

    missing: int = 0
    renamed: int = 0
    duplicated: int = 0
    resized: int = 0
    extra: int = 0

    def __post_init__(self) -> None:
        for name in ("missing", "renamed", "duplicated", "resized", "extra"):
            if getattr(self, name) < 0:
                raise ParameterError(f"{name} is {getattr(self, name)}; give 0 or more items.")


@dataclass(frozen=True)
class SpoiltItems:
    """A delivery with faults of items in it, and exactly which.

    Parameters
    ----------
    maps
        Label map of each key.
    planted
        By kind of fault: keys as the delivery has them; for missing items, as it lacks them.
    """

    maps: Mapping[str, LabelMap]
    planted: Mapping[str, tuple[str, ...]]


def spoil_items(
    maps: Mapping[str, LabelMap], faults: ItemFaults, rng: np.random.Generator
) -> SpoiltItems:
    """Return a delivery in which some items went wrong.

    Parameters
    ----------
    maps
        Label map of each key.
    faults
        How many items go wrong in which way.
    rng
        Chooses them.

    Raises
    ------
    ParameterError
        When there are fewer items than are to go wrong.

    Examples
    --------
    >>> maps = {key: LabelMap.filled(2, 2, 1) for key in ("a", "b")}
    >>> spoilt = spoil_items(maps, ItemFaults(missing=1), np.random.default_rng(1))
    >>> len(spoilt.maps), len(spoilt.planted["missing"])
    (1, 1)
    """
    groups = (faults.missing, faults.renamed, faults.duplicated, faults.resized)
    if sum(groups) + bool(faults.duplicated or faults.extra) > len(maps):
        raise ParameterError(
            f"{sum(groups)} of {len(maps)} items are to go wrong, and one at least is to stay as "
            "it is. Give more items, or fewer faults."
        )
    order = iter([sorted(maps)[place] for place in rng.permutation(len(maps))])
    missing, renamed, doubled, resized = (
        tuple(next(order) for _ in range(number)) for number in groups
    )
    untouched = tuple(order)
    new_names = {key: f"{key.upper()}_mask" for key in renamed}
    extra = tuple(f"unasked-{place}" for place in range(faults.extra))
    spoilt = {new_names.get(key, key): maps[key] for key in maps if key not in missing}
    spoilt |= {key: maps[untouched[place % len(untouched)]] for place, key in enumerate(doubled)}
    spoilt |= {key: _changed(maps[key], np.s_[::2, ::2]) for key in resized}
    # Nobody asked for mirror images.
    spoilt |= {key: _changed(maps[untouched[0]], np.s_[:, ::-1]) for key in extra}
    planted = {
        "missing": missing,
        "renamed": tuple(new_names.values()),
        "duplicated": doubled,
        "resized": resized,
        "extra": extra,
    }
    return SpoiltItems(MappingProxyType(dict(sorted(spoilt.items()))), MappingProxyType(planted))


def _changed(label_map: LabelMap, part: tuple[slice, slice]) -> LabelMap:
    return LabelMap.from_dense(label_map.to_dense()[part])
