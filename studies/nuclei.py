"""Nuclei before and after real corrections, and what a model that never saw an image says of it.

A label map knows no instances, so nuclei that touch are parted by a line of background: every
pixel within a pixel of two nuclei.  A split or merge of nuclei is then a line more or less.
"""

import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay import LabelClass, LabelMap, Ontology

NUCLEI = Ontology(
    (
        LabelClass("background", 1, (20, 20, 24)),
        LabelClass("nucleus", 2, (120, 190, 255), kind="thing", minimum_region_px=10),
    )
)
BACKGROUND, NUCLEUS, BORDER = 1, 2, 3

FOLDS = 4

#: Steps of training of each part: some six minutes of one core.
STEPS = 700

Dense = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Image2018:
    """One image of the set: its photograph, and its instances before and after."""

    key: str
    fixed: bool
    photograph: NDArray[np.uint8]
    before: tuple[NDArray[np.bool_], ...]
    after: tuple[NDArray[np.bool_], ...]


def images(folder: Path) -> Iterator[Image2018]:
    """Yield the images that were fixed and those that were left alone, as the table lists them."""
    with (folder / "changes.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "dropped"]
    with (
        zipfile.ZipFile(folder / "original_stage1_train.zip") as original,
        zipfile.ZipFile(folder / "fixed_stage1_train.zip") as fixed,
    ):
        names = {archive: _entries(archive) for archive in (original, fixed)}
        for row in rows:
            key, changed = row["image"], row["status"] == "fixed"
            (photo,) = names[original][key, "images"]
            before = _masks(original, names[original][key, "masks"])
            after = _masks(fixed, names[fixed][key, "masks"]) if changed else before
            yield Image2018(key, changed, _read(original, photo)[..., :3], before, after)


def _entries(archive: zipfile.ZipFile) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for name in archive.namelist():
        parts = name.split("/")
        if len(parts) == 4 and parts[3].endswith(".png"):
            found.setdefault((parts[1], parts[2]), []).append(name)
    return found


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(archive.read(name))))


def _masks(archive: zipfile.ZipFile, names: Sequence[str]) -> tuple[NDArray[np.bool_], ...]:
    return tuple(_read(archive, name) > 0 for name in names)


def three_classes(masks: Sequence[NDArray[np.bool_]], *, reach: int) -> Dense:
    """Return background, nucleus, and border: the pixels within ``reach`` of two nuclei."""
    from scipy.ndimage import maximum_filter

    shape = masks[0].shape
    near = np.zeros(shape, np.int32)
    covered = np.zeros(shape, bool)
    for mask in masks:
        rows, columns = np.nonzero(mask)
        if not rows.size:
            continue
        box = (
            slice(max(0, rows.min() - reach), rows.max() + reach + 1),
            slice(max(0, columns.min() - reach), columns.max() + reach + 1),
        )
        near[box] += maximum_filter(mask[box], 2 * reach + 1)
        covered |= mask
    return np.where(near > 1, BORDER, np.where(covered, NUCLEUS, BACKGROUND)).astype(np.uint8)


def labels_of(masks: Sequence[NDArray[np.bool_]]) -> LabelMap:
    """Return the label map of instances: background also between nuclei that touch."""
    dense = three_classes(masks, reach=1)
    return LabelMap.from_dense(np.where(dense == BORDER, BACKGROUND, dense))


def predictions(found: Sequence[Image2018], *, steps: int = STEPS) -> list[NDArray[np.float32]]:
    """Return what ``cross_predict`` does, from the cache where it was predicted before.

    The cache is the folder that ``ASSAY_STUDIES_CACHE`` names, or ``assay-studies`` in the user's.

    Raises
    ------
    ModuleNotFoundError
        When nothing is cached and torch, which trains the model, is not installed.
    """
    file = _cache() / f"nuclei-{_digest(found, steps)}.npz"
    if not file.is_file():
        shares = cross_predict(found, steps=steps)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new.npz")
        entries = {str(place): each.astype(np.float16) for place, each in enumerate(shares)}
        np.savez(fresh, **entries)  # type: ignore[arg-type]  # arrays by name
        fresh.replace(file)
    with np.load(file) as kept:
        return [kept[str(place)].astype(np.float32) for place in range(len(found))]


def _cache() -> Path:
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("ASSAY_STUDIES_CACHE") or user / "assay-studies")


def _digest(found: Sequence[Image2018], steps: int) -> str:
    """Return a name for what predictions depend on besides this module."""
    names = "\n".join((str(steps), *(image.key for image in found)))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def cross_predict(
    found: Sequence[Image2018], *, steps: int, seed: int = 0
) -> list[NDArray[np.float32]]:
    """Return background, nucleus and border of each image, by a model that never saw it.

    Images are dealt into four parts; each is predicted by a small U-Net trained on the labels
    *before* correction of the other three, the only ones that a buyer would have.
    """
    inputs = [prepared(image.photograph) for image in found]
    targets = [three_classes(image.before, reach=2) for image in found]
    fold = folds(len(found), seed=seed)
    out: list[NDArray[np.float32] | None] = [None] * len(found)
    for part in range(FOLDS):
        rest = np.flatnonzero(fold != part)
        net = _train([inputs[i] for i in rest], [targets[i] for i in rest], steps, part)
        for place in np.flatnonzero(fold == part):
            out[place] = _predict(net, inputs[place])
    return [shares for shares in out if shares is not None]


def folds(images: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Return the part of each image, 0 to 3."""
    return np.random.default_rng(seed).permutation(images) % FOLDS


def prepared(photograph: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return an image as the model takes it: stretched, dark ground, channels first."""
    pixels = photograph.astype(np.float32) / 255
    low, high = np.percentile(pixels, [0.5, 99.5])
    stretched = np.clip((pixels - low) / max(high - low, 1e-3), 0, 1)
    if np.median(stretched) > 0.5:
        stretched = 1 - stretched
    return np.ascontiguousarray(stretched.transpose(2, 0, 1), np.float32)


def _make_net() -> Any:
    from torch import cat, nn
    from torch.nn import functional

    def block(inside: int, outside: int) -> Any:
        return nn.Sequential(
            nn.Conv2d(inside, outside, 3, padding=1),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
            nn.Conv2d(outside, outside, 3, padding=1),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
        )

    class Net(nn.Module):  # type: ignore[misc]  # torch has no types here
        """A U-Net of 0.2 million weights (Ronneberger, Fischer and Brox 2015)."""

        def __init__(self, widths: tuple[int, ...] = (12, 24, 48, 64)) -> None:
            super().__init__()
            pairs = zip((3, *widths[:-1]), widths, strict=True)
            self.down = nn.ModuleList(block(*pair) for pair in pairs)
            self.up = nn.ModuleList(
                block(low + high, high)
                for low, high in zip(widths[:0:-1], widths[-2::-1], strict=True)
            )
            self.head = nn.Conv2d(widths[0], 3, 1)

        def forward(self, pixels: Any) -> Any:
            kept = []
            for depth, down in enumerate(self.down):
                down_in = functional.max_pool2d(pixels, 2) if depth else pixels
                pixels = down(down_in)
                kept.append(pixels)
            for up, side in zip(self.up, kept[-2::-1], strict=True):
                wide = functional.interpolate(pixels, scale_factor=2, mode="nearest")
                pixels = up(cat([wide, side], 1))
            return self.head(pixels)

    return Net()


def _train(
    inputs: Sequence[NDArray[np.float32]], targets: Sequence[Dense], steps: int, seed: int
) -> Any:
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = _make_net()
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 3e-3, total_steps=steps, pct_start=0.15
    )
    weight = torch.tensor([1.0, 1.0, 4.0])
    for _ in range(steps):
        batch = [_crop(inputs, targets, rng) for _ in range(8)]
        pixels = torch.from_numpy(np.stack([pixels for pixels, _ in batch])).float()
        wanted = torch.from_numpy(np.stack([target for _, target in batch])).long() - 1
        loss = functional.cross_entropy(net(pixels), wanted, weight=weight)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net


def _crop(
    inputs: Sequence[NDArray[np.float32]], targets: Sequence[Dense], rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return 128 × 128 pixels of some image, turned, mirrored, and lit otherwise."""
    side = 128
    place = int(rng.integers(len(inputs)))
    pixels, target = inputs[place], targets[place]
    top = rng.integers(0, pixels.shape[1] - side + 1)
    left = rng.integers(0, pixels.shape[2] - side + 1)
    pixels = pixels[:, top : top + side, left : left + side]
    target = target[top : top + side, left : left + side]
    turns = int(rng.integers(4))
    pixels, target = np.rot90(pixels, turns, (1, 2)), np.rot90(target, turns)
    if rng.random() < 0.5:
        pixels, target = pixels[:, :, ::-1], target[:, ::-1]
    lit = np.clip(pixels * rng.uniform(0.8, 1.2) + rng.uniform(-0.1, 0.1), 0, 1.3)
    return lit.copy(), target.copy()


def _predict(net: Any, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean over four mirror images, shape (3, height, width)."""
    import torch

    net.eval()
    height, width = pixels.shape[1:]
    room = [(0, 0), (0, -height % 8), (0, -width % 8)]
    tensor = torch.from_numpy(np.pad(pixels, room, mode="reflect"))[None]
    mirrors: tuple[list[int], ...] = ([], [2], [3], [2, 3])
    with torch.no_grad():
        shares = [torch.flip(net(torch.flip(tensor, m)).softmax(1), m) for m in mirrors]
    mean: NDArray[np.float32] = (sum(shares) / len(shares))[0, :, :height, :width].numpy()
    return mean


def corrections(before: LabelMap, after: LabelMap) -> tuple[NDArray[np.int32], int]:
    """Return the connected regions that were corrected: a number per pixel, and how many."""
    from scipy.ndimage import label

    changed = before.to_dense() != after.to_dense()
    regions, count = label(changed, np.ones((3, 3)))
    return regions, int(count)
