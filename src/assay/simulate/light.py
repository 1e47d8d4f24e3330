"""Weather and time of day: what they do to a photograph, never to the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from assay.simulate.camera import Camera
from assay.simulate.canvas import Canvas, Lamp, Tint, noise
from assay.simulate.street import ROAD


@dataclass(frozen=True)
class Light:
    """Weather or time of day.

    Parameters
    ----------
    name
        Its word in the name of a stratum.
    zenith, skyline
        Colours of the sky, above and at the horizon.
    haze_m
        Distance at which a thing is about two thirds haze.
    exposure
        Factor of red, green and blue.
    saturation
        1 keeps colours, 0 is grey.
    shadow
        Strength of shadows under things, 0 to 1.
    lit
        Share of windows with light in them; lamps glow above 0.
    wet
        Strength of reflections on the road, 0 to 1; rain falls above 0.
    """

    name: str
    zenith: Tint
    skyline: Tint
    haze_m: float
    exposure: Tint
    saturation: float
    shadow: float
    lit: float = 0.0
    wet: float = 0.0


DAY = Light("day", (86, 146, 214), (206, 226, 240), 420, (1.0, 1.0, 1.0), 1.0, 0.55)
DUSK = Light("dusk", (62, 70, 128), (246, 178, 132), 300, (0.70, 0.60, 0.68), 0.95, 0.4, lit=0.45)
RAIN = Light(
    "rain", (140, 150, 162), (196, 202, 208), 170, (0.9, 0.93, 0.96), 0.66, 0.3, 0.12, 0.34
)


def develop(
    canvas: Canvas, camera: Camera, light: Light, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return the photograph of a painted scene: reflections, exposure, lamps, rain and grain."""
    soft = canvas.photograph.filter(ImageFilter.GaussianBlur(max(0.45, camera.height / 1400)))
    pixels = np.asarray(soft).astype(np.float32)
    labels = np.asarray(canvas.labels)
    if light.wet:
        _reflect(pixels, labels, camera, light.wet)
    _expose(pixels, light)
    if light.lit:
        for lamp in canvas.visible_lamps():
            _glow(pixels, lamp)
    if light.wet:
        _rain(pixels, rng)
    pixels += rng.standard_normal(pixels.shape[:2], np.float32)[:, :, None] * np.float32(2.4)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _reflect(
    pixels: NDArray[np.float32], labels: NDArray[np.uint8], camera: Camera, strength: float
) -> None:
    """Mix what stands above the horizon into the road below it, smeared downwards as on water."""
    horizon = int(camera.horizon_px)
    below = np.arange(horizon, camera.height)
    mirrored = pixels[np.clip(2 * horizon - below, 0, None)]
    small = Image.fromarray(mirrored.astype(np.uint8)).resize(
        (max(1, camera.width // 3), max(1, below.size // 12)), Image.Resampling.BOX
    )
    smeared = np.asarray(
        small.resize((camera.width, below.size), Image.Resampling.BICUBIC), np.float32
    )
    share = np.where(labels[horizon:] == ROAD, np.float32(strength), np.float32(0))[:, :, None]
    pixels[horizon:] += share * (smeared * np.float32(0.92) - pixels[horizon:])


def _expose(pixels: NDArray[np.float32], light: Light) -> None:
    grey = pixels @ np.array([0.3, 0.59, 0.11], np.float32)
    pixels *= np.float32(light.saturation)
    pixels += (np.float32(1 - light.saturation) * grey)[:, :, None]
    pixels *= np.array(light.exposure, np.float32)
    rows = np.linspace(-1, 1, pixels.shape[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, pixels.shape[1], dtype=np.float32)[None, :]
    # A lens darkens towards the corners.
    pixels *= (1 - np.float32(0.13) * (rows**2 + columns**2) / 2)[:, :, None]


def _glow(pixels: NDArray[np.float32], lamp: Lamp) -> None:
    height, width = pixels.shape[:2]
    column, row = int(lamp.column), int(lamp.row)
    reach = max(2, int(lamp.radius_px * 3.5))
    top, bottom = max(0, row - reach), min(height, row + reach + 1)
    left, right = max(0, column - reach), min(width, column + reach + 1)
    down = (np.arange(top, bottom, dtype=np.float32) - row)[:, None]
    across = (np.arange(left, right, dtype=np.float32) - column)[None, :]
    square = (down**2 + across**2) / np.float32(max(1.0, lamp.radius_px) ** 2)
    strength = np.exp(-square) + np.float32(0.28) * np.exp(-square / 5)
    pixels[top:bottom, left:right] += strength[:, :, None] * np.array(lamp.tint, np.float32)


def _rain(pixels: NDArray[np.float32], rng: np.random.Generator) -> None:
    height, width = pixels.shape[:2]
    drops = rng.random((height, width), np.float32) > 0.9985
    streak = np.zeros((height, width), np.float32)
    length = max(3, height // 28)
    for step in range(length):
        # Wind slants the streaks: three down, one aside.
        streak += np.roll(drops, (step, -step // 3), axis=(0, 1))
    pixels += (np.minimum(streak, 1) * np.float32(20))[:, :, None]
    pixels += (noise(rng, height, width, cell_px=height / 3) * np.float32(7))[:, :, None]
