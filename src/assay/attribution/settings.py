"""Every choice that shapes a report on systematic errors."""

from dataclasses import dataclass

from assay.errors import ParameterError


@dataclass(frozen=True)
class AttributionSettings:
    """How systematic errors are told from chance.

    Parameters
    ----------
    floor
        Share of a class's pixels, on average over images, below which a mistake is not worth
        anybody's time.
    boundary_floor
        The same for outlines that are too small or too large; hands are never exact.
    false_discoveries
        Share of the named causes that may be wrong, on average (the false discovery rate).
    seed
        Seed of the permutations.
    most
        Number of mistakes looked at, the largest first.
    examples
        Number of examples of each mistake.

    Raises
    ------
    ParameterError
        When a value lies outside its range.
    """

    floor: float = 0.01
    boundary_floor: float = 0.05
    false_discoveries: float = 0.05
    seed: int = 20260101
    most: int = 60
    examples: int = 3

    def __post_init__(self) -> None:
        for name in ("floor", "boundary_floor", "false_discoveries"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise ParameterError(f"{name} is {value}; give a share such as 0.05.")
        if self.most < 1 or self.examples < 0 or self.seed < 0:
            raise ParameterError(
                f"most is {self.most}, examples {self.examples}, seed {self.seed}; give 1 or more, "
                "0 or more and 0 or more."
            )
