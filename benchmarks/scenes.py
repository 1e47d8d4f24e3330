"""Street-like label maps with the shape statistics of real ones, made by code.

Real 2048×1024 street maps hold 17 to 28 thousand runs.  The maps here are painted back to front
the way a street is seen: sky, buildings, trees with ragged crowns, road, kerb, walls and fences,
then poles, signs, cars and people.  Ids are those of the Cityscapes data set, so its own scripts
can judge them.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology

HEIGHT, WIDTH = 1024, 2048

#: The 19 classes that are scored: id, name, whether it is counted.
CLASSES = (
    (7, "road", False), (8, "sidewalk", False), (11, "building", False), (12, "wall", False),
    (13, "fence", False), (17, "pole", False), (19, "traffic light", True),
    (20, "traffic sign", True), (21, "vegetation", False), (22, "terrain", False),
    (23, "sky", False), (24, "person", True), (25, "rider", True), (26, "car", True),
    (27, "truck", True), (28, "bus", True), (31, "train", True), (32, "motorcycle", True),
    (33, "bicycle", True),
)  # fmt: skip

#: Ids that are not scored.
VOID_IDS = (0, 1, 2, 3, 4, 5, 6, 9, 10, 14, 15, 16, 18, 29, 30)

IDS = np.array([class_id for class_id, _, _ in CLASSES], np.uint8)

Dense = NDArray[np.uint8]


def ontology() -> Ontology:
    """Return the 19 classes and the void ids."""
    classes = tuple(
        LabelClass(
            name, class_id, (class_id * 7 % 256, class_id * 29 % 256, class_id * 53 % 256),
            kind="thing" if thing else "stuff",
        )
        for class_id, name, thing in CLASSES
    )  # fmt: skip
    return Ontology(classes, void_ids=VOID_IDS)


@dataclass(frozen=True, eq=False)
class Scene:
    """A reference and a candidate of one image, as ids; derived forms are made once."""

    reference: Dense
    candidate: Dense

    @cached_property
    def runs(self) -> tuple[LabelMap, LabelMap]:
        """Both maps in runs of the ontology's indexes."""
        lookup = _index_lookup()
        return (
            LabelMap.from_dense(lookup[self.reference]),
            LabelMap.from_dense(lookup[self.candidate]),
        )

    @cached_property
    def train_ids(self) -> tuple[Dense, Dense]:
        """Both maps with classes 0 to 18 and void 255."""
        lookup = np.full(256, 255, np.uint8)
        lookup[IDS] = np.arange(IDS.size)
        return lookup[self.reference], lookup[self.candidate]


def without_void(scene: Scene) -> Scene:
    """Return the scene with road where its reference is void: not every peer knows void."""
    void = np.isin(scene.reference, IDS, invert=True)
    return Scene(np.where(void, np.uint8(7), scene.reference), scene.candidate)


def _index_lookup() -> NDArray[np.uint16]:
    lookup = np.zeros(256, np.uint16)
    own = ontology()
    lookup[own.ids[1:]] = np.arange(1, own.size)
    return lookup


def street_scenes(number: int, *, seed: int = 11) -> tuple[Scene, ...]:
    """Return distinct scenes of 2048×1024 px; the same seed gives the same pixels."""
    return tuple(_scene(np.random.default_rng([seed, i])) for i in range(number))


def _scene(rng: np.random.Generator) -> Scene:
    painted = _street(rng)
    reference = painted.copy()
    _paint_void(reference, rng)
    return Scene(reference, jittered(painted, rng))


def _street(rng: np.random.Generator) -> Dense:
    canvas = np.full((HEIGHT, WIDTH), 23, np.uint8)
    horizon = int(rng.integers(380, 480))
    _paint_buildings(canvas, rng, horizon)
    for _ in range(int(rng.integers(4, 9))):
        _paint_crown(canvas, rng, horizon)
    _paint_ground(canvas, rng, horizon)
    for _ in range(int(rng.integers(8, 24))):
        _paint_pole(canvas, rng, horizon)
    for _ in range(int(rng.integers(8, 16))):
        _paint_vehicle(canvas, rng, horizon)
    for _ in range(int(rng.integers(8, 24))):
        _paint_person(canvas, rng, horizon)
    return canvas


def _paint_buildings(canvas: Dense, rng: np.random.Generator, horizon: int) -> None:
    left = 0
    while left < WIDTH:
        right = left + int(rng.integers(90, 380))
        top = int(rng.integers(20, horizon - 60))
        canvas[top : horizon + 40, left:right] = 11
        left = right + int(rng.integers(0, 40))


def _paint_crown(canvas: Dense, rng: np.random.Generator, horizon: int) -> None:
    """Paint a tree: a crown with ragged edge and gaps through which the sky or a wall shows."""
    height, width = int(rng.integers(160, 380)), int(rng.integers(160, 480))
    top, left = horizon + 30 - height, int(rng.integers(-60, WIDTH - 100))
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    depth = 1.0 - np.hypot(rows, columns) + 0.45 * _noise(rng, height, width, 36)
    depth += 0.16 * _noise(rng, height, width, 12)
    _stamp(canvas, depth > 0.05, top, left, 21)


def _paint_ground(canvas: Dense, rng: np.random.Generator, horizon: int) -> None:
    wave = (6 * _noise(rng, 1, WIDTH, 40)[0]).astype(int)
    columns = np.arange(WIDTH)
    rows = np.arange(HEIGHT)[:, np.newaxis]
    centre = WIDTH // 2 + int(rng.integers(-200, 200))
    spread = np.maximum(rows - horizon, 0) * float(rng.uniform(1.6, 2.4)) + 30
    side = rows > horizon + wave
    canvas[side] = 8
    canvas[side & (np.abs(columns - centre) < spread)] = 7
    grass = side & (np.abs(columns - centre) > 2.2 * spread)
    canvas[grass] = 22
    for class_id in (12, 13):
        left = int(rng.integers(0, WIDTH - 400))
        top = horizon - int(rng.integers(20, 50))
        canvas[top : horizon + 30, left : left + int(rng.integers(200, 400))] = class_id


def _paint_pole(canvas: Dense, rng: np.random.Generator, horizon: int) -> None:
    left, width = int(rng.integers(0, WIDTH - 20)), int(rng.integers(3, 12))
    top, bottom = int(rng.integers(60, horizon - 60)), horizon + int(rng.integers(10, 160))
    tilt = int(rng.integers(-12, 13))
    corners = [
        (left, top),
        (left + width, top),
        (left + width + tilt, bottom),
        (left + tilt, bottom),
    ]
    cv2.fillPoly(canvas, [np.array(corners, np.int32)], 17)
    if rng.random() < 0.6:
        class_id = int(rng.choice([19, 20]))
        radius = int(rng.integers(9, 26))
        cv2.circle(canvas, (left, top + radius), radius, class_id, -1)


def _paint_vehicle(canvas: Dense, rng: np.random.Generator, horizon: int) -> None:
    class_id = int(rng.choice([26, 26, 26, 26, 27, 28, 31]))
    near = float(rng.uniform(0.15, 1.0)) ** 2
    width = int(60 + 420 * near)
    height = int(width * (0.45 if class_id == 26 else 0.75))
    left, bottom = int(rng.integers(-50, WIDTH - 50)), horizon + int(40 + 380 * near)
    outline = np.array(
        [(0, 0.4), (0.12, 0.35), (0.28, 0.03), (0.7, 0), (0.85, 0.36), (1, 0.5), (1, 0.9), (0, 0.9)]
    )
    points = outline * (width, height) + (left, bottom - height)
    cv2.fillPoly(canvas, [points.astype(np.int32)], class_id)
    for wheel in (0.2, 0.8):
        centre = (int(left + wheel * width), int(bottom - 0.12 * height))
        cv2.circle(canvas, centre, max(int(0.1 * width), 2), class_id, -1)


def _paint_person(canvas: Dense, rng: np.random.Generator, horizon: int) -> None:
    near = float(rng.uniform(0.1, 1.0)) ** 2
    height = int(40 + 260 * near)
    left, bottom = int(rng.integers(0, WIDTH)), horizon + int(50 + 260 * near)
    rides = rng.random() < 0.35
    class_id = 25 if rides else 24
    body = (left, bottom - int(0.55 * height))
    cv2.ellipse(canvas, body, (int(0.15 * height), int(0.3 * height)), 0, 0, 360, class_id, -1)
    cv2.circle(canvas, (left, bottom - int(0.9 * height)), int(0.09 * height) + 1, class_id, -1)
    for step in (-0.12, 0.12):
        foot = (left + int(step * height), bottom)
        cv2.line(canvas, (left, bottom - height // 3), foot, class_id, int(0.07 * height) + 1)
    if rides:
        ridden = int(rng.choice([32, 33]))
        for step in (-0.3, 0.3):
            centre = (left + int(step * height), bottom - int(0.05 * height))
            cv2.circle(canvas, centre, int(0.2 * height), ridden, max(2, int(0.05 * height)))


def _paint_void(reference: Dense, rng: np.random.Generator) -> None:
    """Mark what nobody scores: the bonnet of the own car and some unclear corners."""
    cv2.ellipse(reference, (WIDTH // 2, HEIGHT + 60), (WIDTH // 2, 160), 0, 180, 360, 1, -1)
    for _ in range(12):
        left, top = int(rng.integers(0, WIDTH)), int(rng.integers(300, 700))
        size = (int(rng.integers(8, 60)), int(rng.integers(8, 40)))
        cv2.ellipse(reference, (left, top), size, 0, 0, 360, 4, -1)


def jittered(dense: Dense, rng: np.random.Generator) -> Dense:
    """Return the map as another annotator would draw it: edges off by a few pixels, things lost."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    rows += 1.6 * _noise(rng, HEIGHT, WIDTH, 20)
    columns += 1.6 * _noise(rng, HEIGHT, WIDTH, 20)
    candidate = cv2.remap(dense, columns, rows, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    for _ in range(6):
        top, left = int(rng.integers(300, 800)), int(rng.integers(0, WIDTH - 200))
        box = candidate[top : top + 120, left : left + 160]
        box[box == int(rng.choice([17, 24, 26]))] = int(rng.choice([8, 11, 21]))
    return np.asarray(candidate, np.uint8)


def _noise(rng: np.random.Generator, height: int, width: int, grain: int) -> NDArray[np.float32]:
    """Return smooth noise around 0 with features of ``grain`` pixels."""
    coarse = rng.standard_normal((height // grain + 2, width // grain + 2)).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, np.float32).reshape(height, width)


def _stamp(canvas: Dense, mask: NDArray[np.bool_], top: int, left: int, class_id: int) -> None:
    """Paint a mask whose box may hang over the canvas."""
    height, width = mask.shape
    first_row, first_column = max(top, 0), max(left, 0)
    last_row, last_column = min(top + height, HEIGHT), min(left + width, WIDTH)
    inside = mask[first_row - top : last_row - top, first_column - left : last_column - left]
    canvas[first_row:last_row, first_column:last_column][inside] = class_id
