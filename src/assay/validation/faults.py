"""The faults that one rule finds in one item, counted at once and put into words when asked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from assay.delivery import Finding

#: Of one rule in one item, so many findings are written out; the others are only counted.
MOST_FINDINGS = 20


@dataclass(frozen=True)
class Faults:
    """A number of faults, worst first; each becomes a finding only when it is shown.

    A broken export can hold a million specks in one image.  They are counted, and a few are put
    into words: a report stays readable, and nobody can drown it.

    Parameters
    ----------
    count
        How many there are.
    say
        ``say(k)`` returns the finding of the k-th worst fault.

    Examples
    --------
    >>> from assay.delivery import Finding, Severity
    >>> faults = Faults(1000, lambda k: Finding("speck", Severity.WARNING, "a", f"{k}", "Mend."))
    >>> [finding.message for finding in faults.findings(most=2)]
    ['0', '1', '998 more of the same are not listed.']
    """

    count: int
    say: Callable[[int], Finding]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Faults":
        """Return the faults that are written out already, worst first."""
        listed = tuple(findings)
        return cls(len(listed), listed.__getitem__)

    def findings(self, *, most: int = MOST_FINDINGS) -> Iterator[Finding]:
        """Yield the worst ``most`` findings, then one that says how many are left out."""
        finding = None
        for place in range(min(self.count, most)):
            finding = self.say(place)
            yield finding
        if finding is not None and self.count > most:
            yield replace(
                finding,
                message=f"{self.count - most:,} more of the same are not listed.",
                remedy="So many have one cause: look for it in the export or the tool.",
                region=None,
            )


#: Nothing is wrong.
NONE = Faults.of(())
