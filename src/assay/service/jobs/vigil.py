"""Watching whether the workers of running jobs live, by a clock that nobody sets."""

from collections.abc import Collection

from assay.service import clock
from assay.service.jobs.queue import Beat


class Vigil:
    """Remembers since when each running job has shown the same beat.

    Clocks of machines differ, and are set while the service runs. What was seen here to stay the
    same for as long as a lease lasts is silent, whatever time its worker believes it is.

    Parameters
    ----------
    seconds
        For how long a living worker may show the same.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[Beat, float] = {}

    def silent(self, beats: Collection[Beat]) -> set[Beat]:
        """Return those that have stayed the same for so long; called every now and then."""
        present = clock.elapsed()
        self._since = {beat: self._since.get(beat, present) for beat in beats}
        return {beat for beat, since in self._since.items() if present - since >= self._seconds}
