"""Which images a vendor gets: work, hidden gold among it, and images that others get too.

A vendor must not tell gold from the rest, alone or together with others.  So gold has the strata
of the stream that it hides in; no vendor group is shown a gold image twice; and of the images that
any two groups have in common, at least twice as many are honest work as are gold, because what two
vendors find in both their packages is what they would suspect.  Names are random and the order is
that of the names, so neither says anything.
"""

import base64
import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from assay.errors import ParameterError
from assay.sampling.order import looking_order

#: Honest images that two vendor groups have in common, for each gold image that both have.
HONEST_PER_GOLD = 2


class Role(StrEnum):
    """Why an image is in a package; never told to a vendor."""

    WORK = "work"
    GOLD = "gold"
    OVERLAP = "overlap"


@dataclass(frozen=True)
class StreamImage:
    """An image that needs labels.

    Parameters
    ----------
    key
        Its name in the house.
    stratum
        The kind of image that it is.
    groups
        Vendor groups that it was sent to.
    overlap
        Whether it was chosen to be sent to more groups than redundancy demands.
    """

    key: str
    stratum: str = ""
    groups: frozenset[str] = frozenset()
    overlap: bool = False


@dataclass(frozen=True)
class GoldImage:
    """An image whose right labels are known.

    Parameters
    ----------
    key
        Its name in the house.
    stratum
        The kind of image that it is.
    groups
        Vendor groups that were shown it.
    """

    key: str
    stratum: str = ""
    groups: frozenset[str] = frozenset()


_Image = TypeVar("_Image", StreamImage, GoldImage)


@dataclass(frozen=True)
class PackageImage:
    """An image of a package.

    Parameters
    ----------
    key
        Its name in the house.
    alias
        The name that the vendor sees.
    role
        Why it is there.
    """

    key: str
    alias: str
    role: Role


def draw_package(
    images: Sequence[StreamImage],
    gold: Sequence[GoldImage],
    *,
    group: str,
    size: int,
    gold_share: float,
    redundancy: int = 1,
    seed: int,
) -> tuple[PackageImage, ...]:
    """Draw the images of a package, in the order in which they are sent.

    Parameters
    ----------
    images
        The stream: every image that needs labels or has been sent out for them.
    gold
        Gold in force.
    group
        The vendor group that gets the package.
    size
        Images in it, gold included.
    gold_share
        Part of it that is gold; above 0 there is at least one.
    redundancy
        Groups that label each image.
    seed
        Fixes everything; kept from vendors for ever, for names are made of it.

    Returns
    -------
    Sorted by alias.

    Raises
    ------
    ParameterError
        When the stream or the gold does not suffice; the message says what would.

    Examples
    --------
    >>> stream = [StreamImage(f"s{number}") for number in range(50)]
    >>> pool = [GoldImage(f"g{number}") for number in range(5)]
    >>> package = draw_package(stream, pool, group="north", size=20, gold_share=0.1, seed=4)
    >>> sorted(Counter(image.role.value for image in package).items())
    [('gold', 2), ('overlap', 4), ('work', 14)]

    Notes
    -----
    Gold is shared out among strata by systematic sampling with a random start (Cochran 1977,
    section 8.1), so that every stratum's expectation is exactly its share of the stream.
    """
    hidden = _gold_count(size, gold_share)
    open_images = [image for image in images if _is_open(image, group, redundancy)]
    if len(open_images) < size - hidden:
        raise ParameterError(
            f"A package of {size} needs {size - hidden} images beside its gold, but only "
            f"{len(open_images)} that need labels can go to {group}. Import more, or draw a "
            "smaller one."
        )
    chosen = _draw_gold(open_images, gold, group, hidden, seed)
    needs = _needs(images, gold, chosen, group)
    shared = _draw_shared(open_images, needs, size - hidden, HONEST_PER_GOLD * hidden, seed)
    begun = [image for image in open_images if image.groups and not image.overlap]
    rest = _rest(open_images, begun, shared, size - hidden - len(shared), seed)
    # Images that only this group has become the honest overlap of later packages.
    overlap = {image.key for image in shared}
    fresh = [image.key for image in rest if not image.groups]
    overlap |= set(fresh[: max(0, HONEST_PER_GOLD * hidden - len(overlap))])
    roles = {image.key: Role.GOLD for image in chosen}
    for image in (*shared, *rest):
        roles[image.key] = Role.OVERLAP if image.key in overlap else Role.WORK
    drawn = (PackageImage(key, alias_of(key, seed=seed), role) for key, role in roles.items())
    return tuple(sorted(drawn, key=lambda image: image.alias))


def draw_gold_pool(images: Sequence[StreamImage], *, size: int, seed: int) -> tuple[str, ...]:
    """Draw the images that experts are to label as gold, from those that nobody has been sent.

    Every stratum gets its share, so that gold is like the stream; nobody picks.

    Raises
    ------
    ParameterError
        When fewer are left.

    Examples
    --------
    >>> night = [StreamImage(f"n{number}", "night") for number in range(10)]
    >>> day = [StreamImage(f"d{number}", "day") for number in range(30)]
    >>> Counter(key[0] for key in draw_gold_pool([*night, *day], size=8, seed=1))["n"]
    2
    """
    unsent = [image for image in images if not image.groups]
    if size > len(unsent):
        raise ParameterError(
            f"{size} images were asked for, but only {len(unsent)} were never sent to a vendor. "
            f"Draw at most {len(unsent)}, or import more."
        )
    by_stratum = _by_stratum(unsent)
    shares = {stratum: len(members) for stratum, members in by_stratum.items()}
    drawn: list[str] = []
    for stratum, count in share_out(size, shares, seed=seed).items():
        drawn += _shuffled((image.key for image in by_stratum[stratum]), seed, "pool")[:count]
    return tuple(sorted(drawn))


def share_out(count: int, shares: Mapping[str, int], *, seed: int) -> Mapping[str, int]:
    """Share a count out in proportion, whole numbers whose expectations are exact.

    Parameters
    ----------
    count
        What is shared out; at most the sum of the shares.
    shares
        Proportions, by name.
    seed
        Fixes the random start.

    Examples
    --------
    >>> share_out(4, {"day": 30, "night": 10}, seed=1)
    {'day': 3, 'night': 1}
    """
    total = sum(shares.values())
    order = _shuffled(shares, seed, "strata")
    position = _uniform(seed, "start")
    counts: dict[str, int] = {}
    for name in order:
        before = math.floor(position)
        position += count * shares[name] / total
        counts[name] = math.floor(position) - before
    # The sum is exact, but for a rounding of the last position.
    counts[order[-1]] += count - sum(counts.values())
    return {name: counts[name] for name in sorted(counts)}


def alias_of(key: str, *, seed: int) -> str:
    """Return the name under which a package shows an image: 80 random bits, by its seed.

    Examples
    --------
    >>> alias_of("berlin_000019", seed=4)
    'fehcht7wx3tf7wri'
    """
    return base64.b32encode(_digest(seed, "alias", key)[:10]).decode("ascii").lower()


def _gold_count(size: int, gold_share: float) -> int:
    if not 0 <= gold_share <= 1:
        raise ParameterError(f"gold_share is {gold_share:g}; give 0 to 1, such as 0.1.")
    if size < 1:
        raise ParameterError(f"size is {size}; a package has at least one image.")
    hidden = max(1, math.floor(size * gold_share + 0.5)) if gold_share else 0
    if hidden * (1 + HONEST_PER_GOLD) > size:
        raise ParameterError(
            f"{hidden} gold images do not hide in a package of {size}: at least "
            f"{HONEST_PER_GOLD * hidden} others must be images that other vendors get too. Draw at "
            f"least {hidden * (1 + HONEST_PER_GOLD)} images, or lower the gold share to a third or "
            "less."
        )
    return hidden


def _is_open(image: StreamImage, group: str, redundancy: int) -> bool:
    wanted = not image.groups or image.overlap or len(image.groups) < redundancy
    return wanted and group not in image.groups


def _draw_gold(
    images: Sequence[StreamImage], gold: Sequence[GoldImage], group: str, count: int, seed: int
) -> list[GoldImage]:
    """Draw gold that the group has not been shown, with the strata of what it may get."""
    if not count:
        return []
    unseen = _by_stratum([image for image in gold if group not in image.groups])
    shares = Counter(image.stratum for image in images)
    drawn: list[GoldImage] = []
    for stratum, wanted in share_out(count, shares, seed=seed).items():
        members = {image.key: image for image in unseen.get(stratum, ())}
        if len(members) < wanted:
            raise ParameterError(
                f"{wanted} gold images {_of(stratum)} are needed that {group} has never been "
                f"shown, and {len(members)} are left. Draw and label more gold, or draw a smaller "
                "package."
            )
        drawn += [members[key] for key in _shuffled(members, seed, "gold")[:wanted]]
    return drawn


def _needs(
    images: Sequence[StreamImage],
    gold: Sequence[GoldImage],
    chosen: Sequence[GoldImage],
    group: str,
) -> Counter[str]:
    """Return how many more honest images this group must have in common with each other group."""
    needs: Counter[str] = Counter()
    shown = [image for image in gold if group in image.groups]
    for image in (*shown, *chosen):
        needs.update(dict.fromkeys(image.groups - {group}, HONEST_PER_GOLD))
    for sent in images:
        if group in sent.groups:
            needs.subtract(dict.fromkeys(sent.groups - {group}, 1))
    return +needs


def _draw_shared(
    images: Sequence[StreamImage], needs: Counter[str], room: int, least: int, seed: int
) -> list[StreamImage]:
    """Draw images that other groups have: what is needed with each, and up to the least number."""
    by_groups: defaultdict[frozenset[str], list[StreamImage]] = defaultdict(list)
    members = {image.key: image for image in images if image.groups}
    for key in _shuffled(members, seed, "shared"):
        by_groups[members[key].groups].append(members[key])
    drawn: list[StreamImage] = []
    while by_groups and len(drawn) < room:
        # First what serves most groups that need it, then what most groups have.
        best = max(
            by_groups, key=lambda groups: (len(groups & needs.keys()), len(groups), sorted(groups))
        )
        if len(drawn) >= least and not best & needs.keys():
            break
        drawn.append(by_groups[best].pop())
        needs.subtract(dict.fromkeys(best, 1))
        needs = +needs
        if not by_groups[best]:
            del by_groups[best]
    if needs:
        other, missing = needs.most_common(1)[0]
        raise ParameterError(
            f"With this gold, {missing} more honest images must be common to {other} and this "
            "vendor, and none are left. Draw a larger package, or label more gold so that the two "
            "are shown different images."
        )
    return drawn


def _rest(
    images: Sequence[StreamImage],
    begun: Sequence[StreamImage],
    taken: Sequence[StreamImage],
    count: int,
    seed: int,
) -> list[StreamImage]:
    """Draw what fills the package: images that wait for a further group, then fresh ones."""
    gone = {image.key for image in taken}
    members = {image.key: image for image in images if image.key not in gone}
    waiting = [image.key for image in begun if image.key in members]
    fresh = [key for key, image in members.items() if not image.groups]
    shared = [key for key, image in members.items() if image.overlap and image.groups]
    order = (_shuffled(keys, seed, "rest") for keys in (waiting, fresh, shared))
    return [members[key] for keys in order for key in keys][:count]


def _by_stratum(images: Iterable[_Image]) -> dict[str, list[_Image]]:
    groups: defaultdict[str, list[_Image]] = defaultdict(list)
    for image in images:
        groups[image.stratum].append(image)
    return dict(groups)


def _of(stratum: str) -> str:
    return f"of the stratum {stratum}" if stratum else "of no stratum"


def _shuffled(keys: Iterable[str], seed: int, purpose: str) -> tuple[str, ...]:
    return looking_order(sorted(keys), seed=seed, digest=purpose)


def _uniform(seed: int, purpose: str) -> float:
    return (int.from_bytes(_digest(seed, purpose, "")[:8], "big") >> 11) / 2**53


def _digest(seed: int, purpose: str, key: str) -> bytes:
    text = f"assay work package 1\0{seed}\0{purpose}\0{key}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
