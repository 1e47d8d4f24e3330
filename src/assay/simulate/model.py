"""A model that is not there: probabilities as a trained one would give them, from the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology

_SHARP = 1e-6


@dataclass(frozen=True)
class SimulatedModel:
    """How well a simulated model knows the classes.

    For each class a score is drawn at every pixel: normal noise in patches, and ``skill`` more for
    the class that is true there, softened across outlines.  The probabilities are those that the
    scores imply, so in the inside of objects they are calibrated: of the pixels that a class gets
    70 %, it is true at 70 %.

    Parameters
    ----------
    skill
        Distance between the scores of true and other classes, in standard deviations of the noise.
        At 6, about 3 % of the pixels of a scene go wrong, most of them along outlines.
    blur_px
        How far outlines are softened.
    patch_px
        Size of a patch of noise.
    sharpness
        What the scores are multiplied by: at 1 the probabilities are calibrated, above it the
        model is overconfident.
    seed
        Makes its noise its own.
    """

    skill: float = 6.0
    blur_px: int = 1
    patch_px: int = 12
    sharpness: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (self.skill > 0 and self.sharpness > 0):
            raise ParameterError(
                f"skill is {self.skill} and sharpness {self.sharpness}; give numbers above 0."
            )
        if self.blur_px < 0 or self.patch_px < 1 or self.seed < 0:
            raise ParameterError(
                f"blur_px is {self.blur_px}, patch_px {self.patch_px} and seed {self.seed}; give "
                "0, 1 and 0 or more."
            )

    def predict(self, truth: LabelMap, index: int, ontology: Ontology) -> NDArray[np.float32]:
        """Return the probability of each class, shape (height, width, classes); void has none.

        Parameters
        ----------
        truth
            What is right.
        index
            Place of the image among all; it seeds the noise.
        ontology
            Whose indexes the truth holds.
        """
        dense = truth.to_dense()
        classes = len(ontology.classes)
        rng = np.random.default_rng([self.seed, index])
        scores = np.empty((classes, *truth.shape), np.float32)
        for place in range(classes):
            scores[place] = self.skill * _blurred(dense == place + 1, self.blur_px)
            scores[place] += _patches(truth.shape, self.patch_px, rng)
        scores *= self.skill * self.sharpness
        scores -= scores.max(axis=0)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=0)
        return np.ascontiguousarray(scores.transpose(1, 2, 0))


def in_255ths(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return probabilities as whole 255ths that add up to 255 at every pixel.

    Examples
    --------
    >>> in_255ths(np.array([[[0.5, 0.5], [0.999, 0.001]]], np.float32)).tolist()
    [[[128, 127], [255, 0]]]
    """
    ends = np.rint(255 * np.cumsum(shares, axis=-1, dtype=np.float64))
    ends[..., -1] = 255
    return np.diff(ends, axis=-1, prepend=0).astype(np.uint8)


def _patches(shape: tuple[int, int], size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return normal noise of variance 1 whose neighbours within a patch are alike."""
    height, width = shape
    coarse = rng.standard_normal((-(-height // size) + 1, -(-width // size) + 1), np.float32)
    fine = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    noise = np.asarray(fine, np.float32)
    scaled: NDArray[np.float32] = noise / max(float(noise.std()), _SHARP)
    return scaled


def _blurred(mask: NDArray[np.bool_], reach: int) -> NDArray[np.float32]:
    """Return the mean of a mask over squares of ``2 reach + 1`` pixels; the frame repeats."""
    height, width = mask.shape
    side = 2 * reach + 1
    sums = np.zeros((height + side, width + side), np.int32)
    np.cumsum(np.pad(mask, reach, mode="edge"), axis=0, out=sums[1:, 1:])
    np.cumsum(sums, axis=1, out=sums)
    squares = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return squares.astype(np.float32) / np.float32(side * side)
