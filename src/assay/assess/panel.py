"""Several annotators of the same images, read side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assay.delivery import Delivery, Finding, Reading, Severity
from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology
from assay.metrics.patterns import ABSENT

_ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip", ".tar")


@dataclass(frozen=True)
class PanelReading:
    """What the annotators of a panel say of one image.

    Parameters
    ----------
    key
        Item.
    maps
        One map per annotator, in the order of the panel; None where an annotator has none that
        can be read and has the size of the image.
    findings
        Why maps are missing, and what else was wrong, by the name of the annotator.
    """

    key: str
    maps: tuple[LabelMap | None, ...]
    findings: tuple[tuple[str, Finding], ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the image, that of the first map; (0, 0) where there is none."""
        return next((found.shape for found in self.maps if found is not None), (0, 0))

    @property
    def votes(self) -> tuple[LabelMap, ...]:
        """The maps for :func:`assay.metrics.patterns.count_patterns`: absent ones say ``ABSENT``.

        Empty where nobody has a map.
        """
        height, width = self.shape
        if not height:
            return ()
        absent = LabelMap.filled(height, width, ABSENT)
        return tuple(absent if found is None else found for found in self.maps)


@dataclass(frozen=True)
class Panel:
    """Deliveries of the same images by several annotators.

    Parameters
    ----------
    deliveries
        One per annotator, opened with one ontology, each with its own name; two or more.

    Raises
    ------
    ParameterError
        When there are fewer than two, they share a name, or were opened with other ontologies.
    """

    deliveries: tuple[Delivery, ...]

    def __post_init__(self) -> None:
        if len(self.deliveries) < 2:
            raise ParameterError(
                f"{len(self.deliveries)} annotators cannot agree or disagree. Give two or more."
            )
        repeated = [name for name, often in Counter(self.names).items() if often > 1]
        if repeated:
            raise ParameterError(
                f"Two annotators are called {repeated[0]!r}. Give each delivery its own name."
            )
        for delivery in self.deliveries:
            if delivery.ontology != self.ontology:
                raise ParameterError(
                    f"{delivery.name!r} and {self.names[0]!r} were opened with different "
                    "ontologies. Open all with one."
                )

    @property
    def names(self) -> tuple[str, ...]:
        """Who the annotators are."""
        return tuple(delivery.name for delivery in self.deliveries)

    @property
    def ontology(self) -> Ontology:
        """Whose indexes the maps hold."""
        return self.deliveries[0].ontology

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every item that anybody has, sorted."""
        return tuple(sorted(set().union(*(delivery.key_set for delivery in self.deliveries))))

    def read(self, key: str) -> PanelReading:
        """Read one image's maps; those of another size than most are left out with a finding."""
        readings = [self._reading(delivery, key) for delivery in self.deliveries]
        shape = _commonest(reading.label_map.shape for reading in readings if reading.label_map)
        maps: list[LabelMap | None] = []
        findings: list[tuple[str, Finding]] = []
        for name, reading in zip(self.names, readings, strict=True):
            found = reading.label_map
            findings.extend((name, finding) for finding in reading.findings)
            if found is not None and found.shape != shape:
                findings.append((name, _wrong_size(key, found, shape)))
                found = None
            maps.append(found)
        return PanelReading(key, tuple(maps), tuple(findings))

    @staticmethod
    def _reading(delivery: Delivery, key: str) -> Reading:
        if key in delivery.key_set:
            return delivery.read(key)
        missing = Finding(
            "missing-item",
            Severity.WARNING,
            key,
            "This annotator has no labels of an image that another has.",
            f"Deliver {key}, or say that the annotator was not asked for it.",
        )
        return Reading(None, (missing,))


def name_apart(paths: Sequence[str]) -> tuple[str, ...]:
    """Return a short name for each path: its last part, with more parts where names are equal.

    Examples
    --------
    >>> name_apart(["jobs/ann/labels", "jobs/bob/labels"])
    ('ann/labels', 'bob/labels')
    >>> name_apart(["ann.zip", "bob"])
    ('ann', 'bob')
    """
    bare = [path[: len(path) - len(_ending(path))] for path in paths]
    for chosen in (bare, paths):
        parts = [[part for part in path.split("/") if part not in ("", ".")] for path in chosen]
        for depth in range(1, max(map(len, parts), default=1) + 1):
            names = tuple("/".join(part[-depth:]) for part in parts)
            if len(set(names)) == len(names) and all(names):
                return names
    return tuple(paths)


def _ending(path: str) -> str:
    """Return the ending that says that a file is an archive, or ``""``."""
    return next((ending for ending in _ARCHIVES if path.lower().endswith(ending)), "")


def _commonest(shapes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the shape that most maps have; the first seen of those that tie."""
    counted = Counter(shapes).most_common(1)
    return counted[0][0] if counted else (0, 0)


def _wrong_size(key: str, found: LabelMap, shape: tuple[int, int]) -> Finding:
    return Finding(
        "wrong-size",
        Severity.ERROR,
        key,
        f"The label map has {found.height}×{found.width} px, those of the other annotators "
        f"{shape[0]}×{shape[1]} px; it is left out.",
        "Export the label map again at the pixel size of the image.",
    )
