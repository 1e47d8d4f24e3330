"""Which items of a delivery are which expected images, by their names."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

#: How alike two names must be, digits apart, to be one name misspelt.
_ALIKE = 0.8

#: Of so many names with the same digits, the nearest is looked for; more are no misspellings.
_MOST_COMPARED = 50


@dataclass(frozen=True)
class NameMatch:
    """How the items of a delivery answer what is expected.

    Parameters
    ----------
    missing
        Expected keys that no item answers.
    extra
        Items that answer no expected key.
    renamed
        Items that seem to be an expected image under another name: item and expected key.
    """

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4)
def match_names(keys: tuple[str, ...], expected: tuple[str, ...]) -> NameMatch:
    """Match items with expected images.

    An item answers the image of its key; failing that, the one image of its name in another
    folder, where each name stands once on both sides.  What is left is paired by likeness: names
    that differ by case, extension, separators or leading zeros; by something before or after that
    all have in common; names that hold the other one whole; and names whose digits are equal and
    whose letters nearly are.

    Parameters
    ----------
    keys, expected
        Sorted, each once.

    Examples
    --------
    >>> match_names(("a/1_mask", "x"), ("a/1", "b/2"))
    NameMatch(missing=('b/2',), extra=('x',), renamed=(('a/1_mask', 'a/1'),))
    """
    left = _left(keys, expected)
    left = left.without(left.paired(_name, _name))
    renamed: list[tuple[str, str]] = []
    for pair in (_by_case, _by_affix, _by_part, _by_likeness):
        pairs = pair(left)
        renamed += pairs
        left = left.without(pairs)
    return NameMatch(left.missing, left.extra, tuple(sorted(renamed)))


def moved_items(keys: tuple[str, ...], expected: tuple[str, ...]) -> Mapping[str, str]:
    """Return the items that answer an image of their name in another folder: item and image.

    Examples
    --------
    >>> moved_items(("masks/1", "masks/2"), ("1", "2"))
    {'masks/1': '1', 'masks/2': '2'}
    """
    return dict(_left(keys, expected).paired(_name, _name))


def _left(keys: tuple[str, ...], expected: tuple[str, ...]) -> "_Left":
    """Return what has no counterpart of the very same key."""
    asked, present = set(expected), set(keys)
    return _Left(
        tuple(key for key in keys if key not in asked),
        tuple(key for key in expected if key not in present),
    )


Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class _Left:
    """Names that are not paired yet."""

    extra: tuple[str, ...]
    missing: tuple[str, ...]

    def paired(self, of_extra: Callable[[str], str], of_missing: Callable[[str], str]) -> Pairs:
        """Return the pairs of names of one form that is unique on both sides."""
        ours = _unique(self.extra, of_extra)
        theirs = _unique(self.missing, of_missing)
        return [(ours[form], theirs[form]) for form in ours if form and form in theirs]

    def without(self, pairs: Pairs) -> "_Left":
        gone = {name for pair in pairs for name in pair}
        return _Left(
            tuple(name for name in self.extra if name not in gone),
            tuple(name for name in self.missing if name not in gone),
        )


def _unique(names: Iterable[str], form: Callable[[str], str]) -> dict[str, str]:
    """Return the one name of each form; forms that several names have are left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        found[form(name)].append(name)
    return {shape: group[0] for shape, group in found.items() if len(group) == 1}


def _name(key: str) -> str:
    return PurePosixPath(key).name


def _plain(key: str) -> str:
    """Return a name without case, extension of an image, separators and leading zeros."""
    name = re.sub(r"\.(jpe?g|png|tiff?|webp|bmp|gif)$", "", _name(key).casefold())
    return re.sub(r"[\W_]+|(?<!\d)0+(?=\d)", "", name)


def _by_case(left: _Left) -> Pairs:
    """Pair names that differ by case, extension, separators or leading zeros."""
    return left.paired(_plain, _plain)


def _by_affix(left: _Left) -> Pairs:
    """Pair names after what all of a side have in common before and after is cut off."""
    return left.paired(_without_affix(left.extra), _without_affix(left.missing))


def _without_affix(names: tuple[str, ...]) -> Callable[[str], str]:
    plain = [_name(name) for name in names]
    if len(plain) < 2:
        return _plain
    after = _shared([name[::-1] for name in plain])
    # Digits at the edge belong to the number that tells the names apart.
    while after and plain[0][len(plain[0]) - after].isdigit():
        after -= 1
    before = _shared([name[: len(name) - after] for name in plain])
    while before and plain[0][before - 1].isdigit():
        before -= 1

    def cut(key: str) -> str:
        name = _name(key)
        return _plain(name[before : len(name) - after])

    return cut


def _shared(names: list[str]) -> int:
    """Return how many characters all names have in common at their beginning."""
    # What the first and the last name in order share, all between them do.
    first, last = min(names), max(names)
    return next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )


def _by_part(left: _Left) -> Pairs:
    """Pair names where one holds the other whole, and no other does."""
    return _nearest(left, lambda one, other: one in other or other in one)


def _by_likeness(left: _Left) -> Pairs:
    """Pair names whose digits are equal and whose letters nearly are."""

    def alike(one: str, other: str) -> bool:
        return difflib.SequenceMatcher(None, one, other).ratio() >= _ALIKE

    return _nearest(left, alike)


def _nearest(left: _Left, alike: Callable[[str, str], bool]) -> Pairs:
    """Return the pairs of names with the same digits that are alike, each to one other only."""
    ours, theirs = _by_digits(left.extra), _by_digits(left.missing)
    pairs: Pairs = []
    for digits, group in ours.items():
        others = theirs.get(digits, [])
        if len(group) * len(others) > _MOST_COMPARED**2:
            continue
        found = [(a, b) for a in group for b in others if alike(_plain(a), _plain(b))]
        once = Counter(name for pair in found for name in pair)
        pairs += [pair for pair in found if once[pair[0]] == once[pair[1]] == 1]
    return pairs


def _by_digits(names: Iterable[str]) -> Mapping[tuple[int, ...], list[str]]:
    found: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for name in names:
        # A name is at most 255 bytes, far from where turning digits into a number is slow.
        found[tuple(map(int, re.findall(r"\d+", _name(name)[:255])))].append(name)
    return found
