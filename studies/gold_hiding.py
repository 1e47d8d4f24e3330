"""Whether a vendor can tell hidden gold from the rest by anything that its packages show.

Packages are drawn, written anew and packed by the code of the service, for three vendors and many
batches.  A classifier that is told which images are gold looks at everything a vendor can see of
them, and must then name the gold among images that it has not met.  The same classifier is shown
packages with a planted leak, so that finding nothing means something.
"""

import io
import math
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from assay.sampling.telling import BANDS, DECISIONS, bits_to_name, may_tell_band
from assay.sampling.work_packages import (
    GoldImage,
    PackageImage,
    Role,
    StreamImage,
    draw_package,
)
from assay.service.assets.reencoding import reencode
from assay.service.batches.packing import Assignment, file_name, write_package
from assay.simulate.scene import draw_scene
from studies.study import Study, table

SEED = 20260104
VENDORS = ("northlight", "pixelforge", "meridian")
SIZE = 100
GOLD_SHARE = 0.1
#: Height and width of an image; many are cut from one scene.
SHAPE = (64, 128)
CUTS = 4

_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD, _TAIL = 96, 48

Rows = NDArray[np.float32]

TEXT = """
{packages} packages of {size} images, {gold_share:.0%} of them gold, for {vendors} vendors
({shown:,} images shown, {gold:,} of them gold; seed {seed}). The originals of gold were TIFFs with
an expert's metadata, all others PNGs with a camera's. Each went the one way out of the house
and into an archive as the service packs it.

For each image the classifier gets {features} numbers:

* **the archive**: every byte of its local and its central header, so name, time, rights, sizes,
  checksum; where its bytes lie; its place among the others;
* **the file**: size, its first {head} and its last {tail} bytes, how often each byte value occurs,
  entropy, size per pixel;
* **the name**: every character;
* **the list**: place and size in `manifest.json`;
* **time**: how long its bytes take to be read from the archive, and since the entry before.

It is gradient boosting over histograms (scikit-learn's `HistGradientBoostingClassifier`), told the
truth about four fifths of the images and asked about the others, five times, no image ever on both
sides. AUC is the probability that a gold image gets a higher score than another: 0.5 is chance.
Times are measured anew in each run, so the second decimal differs between runs.
Intervals are 95 %, by {boots:,} resamplings of images.

{result}

{verdict} The same harness is shown planted leaks:

{plants}

*Picked* gold is that of somebody who likes busy images: half of those from which it was drawn are
the busiest of all. The bytes are clean, but the choice is a leak, which is why gold is drawn like
the stream and never picked.

**What answers tell.** Scores of gold stay inside. At the close of a round a vendor is told one of
three decisions and, where that is at most 5 % of the bits that would name the gold of the batch,
one of three bands:

{bits}

So from about 75 images up one answer tells at most 5 % of what is needed; of a smaller batch the
decision alone, which the vendor must be told, is a larger share. A list of items to be done again
is not counted here: [what answers tell](gold_answers.md) tries it.

**What two vendors learn together.** With all packages side by side, of the images that two vendors
have in common {common_gold:.0%} are gold, at most {common_most:.0%} for any two; the draw promises
at most a third. Without overlap it would be {common_alone:.0%}.
"""


@dataclass(frozen=True)
class Shown:
    """One image in one package, as a vendor has it.

    Parameters
    ----------
    key
        Its name in the house; never among the numbers.
    vendor
        Whose package.
    role
        Why it is there.
    place
        Among the images of the package.
    local, central
        Bytes of its headers in the archive.
    offset
        Where its local header lies.
    alias
        Its name.
    data
        Its file.
    seconds
        How long reading took, and since the entry before began.
    """

    key: str
    vendor: str
    role: Role
    place: int
    local: bytes
    central: bytes
    offset: int
    alias: str
    data: bytes
    seconds: tuple[float, float]


#: What is done to a package on its way: entries in, entries out.
Leak = Callable[[list[Shown]], list[Shown]]


def run(*, quick: bool) -> Study:
    """Return the page."""
    rounds = 2 if quick else 9
    boots = 200 if quick else 2000
    house = _House(rounds)
    shown = house.show()
    curated = _House(rounds, curated=True).show()
    found = distinguish(shown, boots=boots)
    plants = {name: distinguish(leak(list(shown)), boots=boots) for name, leak in LEAKS.items()}
    plants["gold picked among the busiest images"] = distinguish(curated, boots=boots)
    return Study(
        "Hidden gold stays hidden",
        TEXT.format(
            packages=rounds * len(VENDORS),
            size=SIZE,
            gold_share=GOLD_SHARE,
            vendors=len(VENDORS),
            shown=len(shown),
            gold=sum(entry.role is Role.GOLD for entry in shown),
            seed=SEED,
            features=features(shown[:1]).shape[1],
            head=_HEAD,
            tail=_TAIL,
            boots=boots,
            result=found_table({"packages as they are": found}),
            verdict=verdict(found),
            plants=found_table(plants),
            bits=_needed(),
            **house.common(),
        ),
    )


class _House:
    """A buyer that draws and packs batch after batch."""

    def __init__(self, rounds: int, *, curated: bool = False) -> None:
        count = rounds * SIZE * len(VENDORS)
        pool = rounds * int(SIZE * GOLD_SHARE) * 2
        pictures = _pictures(count + pool)
        keys = list(pictures)
        if curated:
            keys.sort(key=lambda key: -float(np.diff(pictures[key].astype(int), axis=1).std()))
            rest = np.random.default_rng(SEED).permutation(keys[pool * 2 :]).tolist()
            half = np.random.default_rng(SEED).permutation(keys[: pool * 2]).tolist()
            keys = [*half, *rest]
        self._gold = {key: GoldImage(key) for key in keys[:pool]}
        self._stream = {key: StreamImage(key) for key in keys[pool:]}
        self._files = {
            key: reencode(key, _original(pixels, gold=key in self._gold), encoding="png").data
            for key, pixels in pictures.items()
        }
        self._rounds = rounds

    def show(self) -> list[Shown]:
        """Return what all vendors are shown."""
        shown: list[Shown] = []
        for number in range(self._rounds):
            for place, vendor in enumerate(VENDORS):
                package = self._draw(vendor, SEED + number * len(VENDORS) + place)
                shown += _opened(vendor, package, self._pack(package))
        return shown

    def _draw(self, vendor: str, seed: int) -> tuple[PackageImage, ...]:
        package = draw_package(
            tuple(self._stream.values()),
            tuple(self._gold.values()),
            group=vendor,
            size=SIZE,
            gold_share=GOLD_SHARE,
            seed=seed,
        )
        for image in package:
            if image.role is Role.GOLD:
                gold = self._gold[image.key]
                self._gold[image.key] = replace(gold, groups=gold.groups | {vendor})
                continue
            work = self._stream[image.key]
            overlap = work.overlap or image.role is Role.OVERLAP
            groups = work.groups | {vendor}
            self._stream[image.key] = replace(work, groups=groups, overlap=overlap)
        return package

    def _pack(self, package: Sequence[PackageImage]) -> bytes:
        file = io.BytesIO()
        assignment = Assignment(
            batch="bat",
            encoding="png",
            format="index-png",
            ontology="",
            guideline="# Streets\n",
            guideline_number=1,
            pictures=(),
            images=[(image.alias, *SHAPE) for image in package],
        )
        images = ((image.alias, self._files[image.key]) for image in package)
        write_package(file, assignment, (), images)
        return file.getvalue()

    def common(self) -> dict[str, float]:
        """Return how much of what two vendors have in common is gold."""
        shares, golds, honests = [], 0, 0
        for place, first in enumerate(VENDORS):
            for second in VENDORS[place + 1 :]:
                both = {first, second}
                gold = sum(both <= image.groups for image in self._gold.values())
                honest = sum(both <= image.groups for image in self._stream.values())
                shares.append(gold / max(gold + honest, 1))
                golds, honests = golds + gold, honests + honest
        return {
            "common_gold": golds / max(golds + honests, 1),
            "common_most": max(shares),
            "common_alone": 1.0 if golds else 0.0,
        }


def _pictures(count: int) -> dict[str, NDArray[np.uint8]]:
    """Return images cut from simulated street scenes, in random order."""
    height, width = SHAPE
    cuts: list[NDArray[np.uint8]] = []
    for index in range(-(-count // CUTS**2)):
        scene = draw_scene(height * CUTS, width * CUTS, seed=SEED, index=index).photograph
        cuts += [
            np.ascontiguousarray(scene[top : top + height, left : left + width])
            for top in range(0, height * CUTS, height)
            for left in range(0, width * CUTS, width)
        ]
    order = np.random.default_rng(SEED).permutation(len(cuts))[:count]
    return {f"image-{number:05}": cuts[place] for number, place in enumerate(order)}


def _original(pixels: NDArray[np.uint8], *, gold: bool) -> bytes:
    """Return an image as it came: gold was opened and saved by an expert's tool."""
    file = io.BytesIO()
    image = Image.fromarray(pixels)
    if gold:
        image.save(file, "TIFF", software="Expert's annotation tool", dpi=(300, 300))
    else:
        info = PngImagePlugin.PngInfo()
        info.add_text("Source", "Camera on the roof")
        image.save(file, "PNG", pnginfo=info, compress_level=9)
    return file.getvalue()


def _opened(vendor: str, package: Sequence[PackageImage], data: bytes) -> list[Shown]:
    """Open a package as a vendor does, with a clock in hand."""
    known = {file_name(image.alias, "png"): image for image in package}
    shown: list[Shown] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename in known]
        directory = data[archive.start_dir :]
        before = time.perf_counter()
        for place, entry in enumerate(entries):
            begun = time.perf_counter()
            content = archive.read(entry)
            ended = time.perf_counter()
            image = known[entry.filename]
            local = data[entry.header_offset : entry.header_offset + 30 + len(entry.filename)]
            at = directory.index(entry.filename.encode()) - 46
            shown.append(
                Shown(
                    key=image.key,
                    vendor=vendor,
                    role=image.role,
                    place=place,
                    local=local,
                    central=directory[at : at + 46 + len(entry.filename)],
                    offset=entry.header_offset,
                    alias=image.alias,
                    data=content,
                    seconds=(ended - begun, begun - before),
                )
            )
            before = begun
    return shown


def features(shown: Sequence[Shown]) -> Rows:
    """Return everything that a vendor can see of images, one row each."""
    return np.array([_features(entry) for entry in shown], np.float32)


def _features(entry: Shown) -> NDArray[np.float64]:
    content = np.frombuffer(entry.data, np.uint8)
    counts = np.bincount(content, minlength=256) / len(content)
    positive = counts[counts > 0]
    entropy = -float((positive * np.log2(positive)).sum())
    return np.concatenate(
        [
            padded(entry.local, 64),
            padded(entry.central, 80),
            padded(entry.data[:_HEAD], _HEAD),
            padded(entry.data[-_TAIL:], _TAIL),
            padded(entry.alias.encode(), 16),
            counts,
            [
                entry.place,
                entry.offset,
                len(entry.data),
                len(entry.data) / (SHAPE[0] * SHAPE[1]),
                entropy,
                float(content.mean()),
                *entry.seconds,
            ],
        ]
    )


def padded(data: bytes, length: int) -> NDArray[np.float64]:
    """Return bytes as a row of numbers; -1 where there are none."""
    row = np.full(length, -1.0)
    row[: len(data)] = np.frombuffer(data[:length], np.uint8)
    return row


def _marked(change: Callable[[Shown], Shown]) -> Leak:
    return lambda shown: [change(e) if e.role is Role.GOLD else e for e in shown]


def _other_byte(entry: Shown) -> Shown:
    # The second byte of a zlib stream says how hard the encoder tried.
    at = entry.data.index(b"IDAT") + 5
    changed = entry.data[:at] + bytes([entry.data[at] ^ 0x80]) + entry.data[at + 1 :]
    return replace(entry, data=changed)


def _longer(entry: Shown) -> Shown:
    return replace(entry, data=entry.data + b"\n")


def _later(entry: Shown) -> Shown:
    # Two seconds, the least that a zip can tell.
    local, central = bytearray(entry.local), bytearray(entry.central)
    local[10] += 1
    central[12] += 1
    return replace(entry, local=bytes(local), central=bytes(central))


def _slower(entry: Shown) -> Shown:
    read, since = entry.seconds
    return replace(entry, seconds=(read + 0.005, since))


def _named(entry: Shown) -> Shown:
    """Name gold by a generator that makes half of the letters only."""
    letters = {letter: "abcdefghijklmnop"[ord(letter) % 16] for letter in entry.alias}
    return replace(entry, alias="".join(letters[letter] for letter in entry.alias))


def _earlier(entry: Shown) -> Shown:
    return replace(entry, place=int(entry.place * 0.7))


LEAKS: dict[str, Leak] = {
    "one byte of the file is another": _marked(_other_byte),
    "one byte more at the end of the file": _marked(_longer),
    "time in the archive 2 s later": _marked(_later),
    "5 ms more to read": _marked(_slower),
    "names from half of the letters": _marked(_named),
    "gold in the first 70 % of the places": _marked(_earlier),
}


@dataclass(frozen=True)
class Found:
    """How well gold is told from the rest.

    Parameters
    ----------
    auc, low, high
        Area under the curve and its 95 % interval.
    """

    auc: float
    low: float
    high: float


def distinguish(shown: Sequence[Shown], *, boots: int) -> Found:
    """Return how well a classifier tells gold from the rest by what packages show."""
    gold = np.array([entry.role is Role.GOLD for entry in shown])
    return told_apart(features(shown), gold, [entry.key for entry in shown], boots=boots)


def told_apart(
    rows: Rows,
    gold: NDArray[np.bool_],
    names: Sequence[str],
    *,
    boots: int,
    apart: Sequence[str] | None = None,
) -> Found:
    """Return how well a classifier tells gold from the rest in images that it has not met.

    Parameters
    ----------
    rows
        What a vendor sees, a row each.
    gold
        Which rows are gold.
    names
        Of each row the image: those of one are all told, or all asked about.
    boots
        Resamplings of images.
    apart
        Of each row what is all told or all asked about, in place of the image. Where batches have
        a fixed number of gold, more of it among what is told is less among what is asked about,
        and a classifier that learns that number errs to the other side: so batches stay whole.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedGroupKFold
    from threadpoolctl import threadpool_limits

    rows = rows[:, rows.min(axis=0) < rows.max(axis=0)]
    keys = np.unique(names, return_inverse=True)[1]
    groups = keys if apart is None else np.unique(apart, return_inverse=True)[1]
    scores = np.zeros(len(rows))
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=SEED)
    for told, asked in folds.split(rows, gold, groups):
        model = HistGradientBoostingClassifier(
            max_iter=60,
            max_leaf_nodes=15,
            max_bins=63,
            early_stopping=False,
            random_state=SEED,
        )
        # Threads that wait for one another take longer than one alone.
        with threadpool_limits(1):
            model.fit(rows[told], gold[told])
        predicted = model.predict_proba(rows[asked])[:, 1]
        # Models of two folds differ in level: scores are compared as ranks within a fold.
        scores[asked] = _ranks(predicted) / len(asked)
    return _interval(scores, gold, keys, boots)


def _interval(
    scores: NDArray[np.float64], gold: NDArray[np.bool_], keys: NDArray[np.intp], boots: int
) -> Found:
    """Return the area and its interval; images are resampled whole, in all their packages."""
    rng = np.random.default_rng(SEED)
    count = int(keys.max()) + 1
    drawn = np.empty(boots)
    for place in range(boots):
        weights = np.bincount(rng.integers(0, count, count), minlength=count)[keys].astype(float)
        drawn[place] = auc(scores, gold, weights)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Found(auc(scores, gold, np.ones(len(scores))), float(low), float(high))


def auc(
    scores: NDArray[np.float64], gold: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """Return the weighted probability that gold scores higher; ties count half."""
    order = np.argsort(scores, kind="stable")
    levels = np.unique(scores[order], return_inverse=True)[1]
    positive = np.bincount(levels, weights=(weights * gold)[order])
    negative = np.bincount(levels, weights=(weights * ~gold)[order])
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    ranks: NDArray[np.float64] = rankdata(values)
    return ranks


def _needed() -> str:
    """Return how much an answer tells of what naming the gold takes, for some batches."""
    rows = []
    for size in (50, 75, 100, 150, 200, 500, 1000):
        gold = round(size * GOLD_SHARE)
        bits = bits_to_name(size, gold)
        banded = may_tell_band(size, gold)
        told = math.log2(DECISIONS * BANDS if banded else DECISIONS)
        words = "decision and band" if banded else "decision"
        rows.append([f"{size:,}", gold, f"{bits:.0f}", words, f"{told / bits:.1%}"])
    return table(["Images", "Gold", "Bits to name it", "Told", "At most"], rows)


def verdict(found: Found) -> str:
    """Say whether anything was found."""
    if found.auc <= 0.55 and found.low <= 0.5 <= found.high:
        return "**Nothing is found**: the interval contains 0.5 and the AUC is at most 0.55."
    return "**Something is found**: the AUC is above 0.55, or the interval does not contain 0.5."


def found_table(found: dict[str, Found]) -> str:
    """Return what was found as a table."""
    rows = [
        [name, f"{one.auc:.3f}", f"{one.low:.3f}–{one.high:.3f}"] for name, one in found.items()
    ]
    return table(["What gold's packages show", "AUC", "95 % interval"], rows)
