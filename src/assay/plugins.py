"""The one way to extend Assay: a frozen spec value, listed in a tuple or exposed by entry point.

A spec has at least ``name``, ``summary`` (one line) and ``advice`` (a page of Markdown).  Help,
``assay explain NAME`` and the documentation are generated from specs, so a plug-in that is
registered is also documented.
"""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from itertools import chain
from typing import Generic, Protocol, TypeVar

from assay.errors import UnknownNameError


class Spec(Protocol):
    """What every plug-in says of itself."""

    @property
    def name(self) -> str:
        """Stable name, lower case with hyphens."""

    @property
    def summary(self) -> str:
        """One line for lists."""

    @property
    def advice(self) -> str:
        """Markdown for ``assay explain`` and the documentation."""


S = TypeVar("S", bound=Spec)


@dataclass(frozen=True)
class Registry(Generic[S]):
    """Plug-ins of one kind: the built-in ones first, then those of installed packages.

    Parameters
    ----------
    kind
        What a plug-in is called in messages, for example ``format``.
    group
        Entry-point group that other packages use, for example ``assay.formats``.
    builtin
        Returns the built-in specs; called late, so that listing costs no import.
    """

    kind: str
    group: str
    builtin: Callable[[], tuple[S, ...]]

    def __iter__(self) -> Iterator[S]:
        """Yield every spec, built-in ones first; a later spec of a known name is left out."""
        seen: set[str] = set()
        # A chain, not a tuple: who finds a built-in name never pays for the scan of packages.
        for spec in chain(self.builtin(), self._installed()):
            if spec.name not in seen:
                seen.add(spec.name)
                yield spec

    def _installed(self) -> Iterator[S]:
        for point in entry_points(group=self.group):
            yield point.load()

    def names(self) -> tuple[str, ...]:
        """Names in the order of iteration."""
        return tuple(spec.name for spec in self)

    def get(self, name: str) -> S:
        """Return the spec called ``name``.

        Raises
        ------
        UnknownNameError
            When there is none; the message lists the nearest names.
        """
        for spec in self:
            if spec.name == name:
                return spec
        near = difflib.get_close_matches(name, self.names(), n=3, cutoff=0.5)
        known = f"Known: {', '.join(self.names())}."
        hint = f"Did you mean {' or '.join(near)}?" if near else known
        raise UnknownNameError(f"There is no {self.kind} called {name!r}. {hint}")
