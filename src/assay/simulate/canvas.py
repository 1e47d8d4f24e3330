"""A photograph and its labels, painted with the same masks so that the truth is exact."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Points = NDArray[np.float64]
Tint = tuple[float, float, float]
Pixels = NDArray[np.float32]

#: Pillow rasterises in 32-bit integers; points farther out than this add nothing to the frame.
_FAR_PX = 100_000.0


@dataclass(frozen=True)
class Patch:
    """The part of a shape that lies in the frame.

    Parameters
    ----------
    left, top
        Column and row of its first pixel.
    mask
        bool, shape (height, width): which pixels belong to the shape.
    """

    left: int
    top: int
    mask: NDArray[np.bool_]

    @property
    def columns(self) -> NDArray[np.float32]:
        """Columns of pixel centres, shape (1, width)."""
        return (self.left + 0.5 + np.arange(self.mask.shape[1], dtype=np.float32))[None, :]

    @property
    def rows(self) -> NDArray[np.float32]:
        """Rows of pixel centres, shape (height, 1)."""
        return (self.top + 0.5 + np.arange(self.mask.shape[0], dtype=np.float32))[:, None]


@dataclass(frozen=True)
class Lamp:
    """A light that glows in the dark, unless something painted later hides it."""

    column: float
    row: float
    radius_px: float
    tint: Tint


@dataclass
class Canvas:
    """Where a scene is painted, far things first.

    Parameters
    ----------
    photograph
        RGB image.
    labels
        8-bit image of dense class indexes, of the same size.
    haze
        Colour that things take on with distance.
    haze_m
        Distance at which a thing is about two thirds haze.
    """

    photograph: Image.Image
    labels: Image.Image
    haze: Tint
    haze_m: float
    lamps: list[tuple[Lamp, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._photograph_pen = ImageDraw.Draw(self.photograph)
        self._label_pen = ImageDraw.Draw(self.labels)

    def through_haze(self, tint: Tint, z: float) -> tuple[int, int, int]:
        """Return the colour as it looks from ``z`` metres away."""
        share = 1.0 - float(np.exp(-z / self.haze_m))
        red, green, blue = (
            round(min(255.0, max(0.0, own + share * (veil - own))))
            for own, veil in zip(tint, self.haze, strict=True)
        )
        return red, green, blue

    def polygon(self, points: Points, tint: Tint, z: float, label: int) -> None:
        """Paint a flat polygon, shape (n, 2) of columns and rows, at distance ``z``."""
        flat = _flat(points)
        self._photograph_pen.polygon(flat, fill=self.through_haze(tint, z))
        self._label_pen.polygon(flat, fill=label)

    def decorate(self, points: Points, tint: Tint, z: float) -> None:
        """Paint a polygon on the photograph alone, inside a shape that is labelled already."""
        self._photograph_pen.polygon(_flat(points), fill=self.through_haze(tint, z))

    def patch(self, points: Points) -> Patch | None:
        """Return the part of a polygon that lies in the frame, or None."""
        width, height = self.labels.size
        left, top = np.clip(np.floor(points.min(axis=0)).astype(int), 0, (width, height))
        right, bottom = np.clip(np.ceil(points.max(axis=0)).astype(int) + 1, 0, (width, height))
        if right <= left or bottom <= top:
            return None
        mask = Image.new("L", (int(right - left), int(bottom - top)))
        ImageDraw.Draw(mask).polygon(_flat(points - (left, top)), fill=255)
        return Patch(int(left), int(top), np.asarray(mask) > 0)

    def texture(self, patch: Patch, pixels: Pixels, z: float, label: int) -> None:
        """Paint pixels, shape (height, width, 3), where the patch's mask is set."""
        share = np.float32(1.0 - np.exp(-z / self.haze_m))
        hazy = pixels + share * (np.array(self.haze, np.float32) - pixels)
        mask = Image.fromarray((patch.mask * np.uint8(255)).astype(np.uint8))
        place = (patch.left, patch.top)
        self.photograph.paste(Image.fromarray(np.clip(hazy, 0, 255).astype(np.uint8)), place, mask)
        self.labels.paste(label, (*place, place[0] + mask.width, place[1] + mask.height), mask)

    def light(self, lamp: Lamp) -> None:
        """Remember a lamp, with the colour of its pixel: another one later means it is hidden."""
        width, height = self.labels.size
        place = int(lamp.column), int(lamp.row)
        if 0 <= place[0] < width and 0 <= place[1] < height:
            self.lamps.append((lamp, self.photograph.getpixel(place)))

    def visible_lamps(self) -> list[Lamp]:
        """Return the lamps that nothing covers."""
        return [
            lamp
            for lamp, tint in self.lamps
            if self.photograph.getpixel((int(lamp.column), int(lamp.row))) == tint
        ]

    def shade(self, points: Points, strength: float) -> None:
        """Darken a polygon of the photograph, as a shadow does; 1 is black."""
        patch = self.patch(points)
        if patch is not None:
            mask = Image.fromarray((patch.mask * np.uint8(255 * strength)).astype(np.uint8))
            box = (patch.left, patch.top, patch.left + mask.width, patch.top + mask.height)
            self.photograph.paste((14, 16, 24), box, mask)


def ellipse(column: float, row: float, across: float, down: float, *, corners: int = 18) -> Points:
    """Return an ellipse as a polygon, half axes in pixels."""
    turn = np.linspace(0.0, 2 * np.pi, corners, endpoint=False)
    return np.stack([column + across * np.cos(turn), row + down * np.sin(turn)], axis=-1)


def noise(
    rng: np.random.Generator,
    height: int,
    width: int,
    *,
    cell_px: float,
    octaves: int = 1,
    fade: float = 0.5,
) -> NDArray[np.float32]:
    """Return smooth noise of mean 0, within −1 to 1: each octave halves the cell and fades."""
    total = np.zeros((height, width), np.float32)
    weight = 0.0
    for octave in range(octaves):
        cell = max(1.0, cell_px / 2**octave)
        grid = rng.random((int(height / cell) + 2, int(width / cell) + 2), np.float32) * 2 - 1
        box = (0.0, 0.0, max(1.0, width / cell), max(1.0, height / cell))
        smooth = Image.fromarray(grid).resize((width, height), Image.Resampling.BILINEAR, box=box)
        total += np.asarray(smooth) * np.float32(fade**octave)
        weight += fade**octave
    return total / np.float32(weight)


def _flat(points: Points) -> list[float]:
    coordinates: list[float] = np.clip(points, -_FAR_PX, _FAR_PX).ravel().tolist()
    return coordinates
