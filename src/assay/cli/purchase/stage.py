"""The stage of the demo: scenes with known truth, and how the players find them again."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.labels import LabelMap
from assay.simulate.scene import draw_scene
from assay.simulate.whole_folder import Progress, silent

HEIGHT, WIDTH = 128, 256


@dataclass(frozen=True, eq=False)
class Stage:
    """Scenes of streets.

    Parameters
    ----------
    photographs
        PNG by name.
    truths
        What is right, by name.
    names
        Name by what the photograph's pixels digest to: a player who is handed an image under
        another name knows it by what it shows, as people do.
    """

    photographs: Mapping[str, bytes]
    truths: Mapping[str, LabelMap]
    names: Mapping[str, str]

    @classmethod
    def build(cls, images: int, *, seed: int, progress: Progress = silent) -> "Stage":
        """Draw the scenes."""
        photographs: dict[str, bytes] = {}
        truths: dict[str, LabelMap] = {}
        names: dict[str, str] = {}
        for number in range(1, images + 1):
            name = f"street-{number:04d}"
            scene = draw_scene(HEIGHT, WIDTH, seed=seed * 100_000 + number)
            photographs[name] = _png(scene.photograph)
            truths[name] = scene.truth
            names[_look(scene.photograph)] = name
            progress(number, images)
        return cls(photographs, truths, names)

    def archive(self) -> bytes:
        """Return all photographs as a zip."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in self.photographs.items():
                archive.writestr(f"{name}.png", data)
        return buffer.getvalue()

    def recognise(self, picture: bytes) -> str:
        """Return the name of a scene that is seen."""
        with Image.open(io.BytesIO(picture)) as image:
            return self.names[_look(np.asarray(image.convert("RGB")))]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _look(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()
