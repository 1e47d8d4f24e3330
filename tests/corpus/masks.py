"""Label images that are sound as files: by ids, by colours, and in the tree of Pascal VOC."""

import io
import zlib
from collections.abc import Mapping
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from corpus.entry import SHAPE, SOUND, A, B, Entry, Family, ids, with_a
from formats.archives import zip_bytes
from maps import TINY
from pngs import SIGNATURE, chunk, filtered, header, packed, png

_ROWS = [0] * SHAPE[0]
_CLASSES = np.where(A == 4, 1, A)
_CORNER = A.copy()
_CORNER[0, 0] = 0


def _grey(samples: NDArray[Any], depth: int = 8) -> bytes:
    return png(samples, [0] * len(samples), depth=depth)


def _corner(value: int) -> bytes:
    """Return the labels with another id in the first pixel."""
    samples = ids(A)
    samples[0, 0] = value
    return _grey(samples, 16)


def _palette(*, exchanged: bool = False, transparent: bytes = b"") -> bytes:
    """Return the labels with a palette; it may show roads in the colour of cars."""
    colors = np.zeros((256, 3), np.uint8)
    colors[TINY.ids] = TINY.colors
    if exchanged:
        colors[[1, 2]] = colors[[2, 1]]
    extra = chunk(b"PLTE", colors.tobytes())
    if transparent:
        extra += chunk(b"tRNS", transparent)
    return png(ids(A), _ROWS, kind=3, extra=extra)


def _interlaced() -> bytes:
    """Return the labels in the seven passes of Adam7, listed as the standard draws them."""
    grid = ["16462646", "77777777", "56565656", "77777777",
            "36463646", "77777777", "56565656", "77777777"]  # fmt: skip
    samples, stream = ids(A), b""
    height, width = samples.shape
    for number in "1234567":
        rows = [y for y in range(height) if number in grid[y % 8]]
        columns = [x for x in range(width) if any(number == line[x % 8] for line in grid)]
        part = samples[np.ix_(rows, columns)]
        if part.size:
            stream += filtered(packed(part, 8), [0] * len(part))
    return (
        SIGNATURE
        + header(width, height, interlace=1)
        + chunk(b"IDAT", zlib.compress(stream))
        + chunk(b"IEND")
    )


def _png_of(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _by_ids() -> tuple[Entry, ...]:
    family = Family("Masks of ids")

    def accepted(wrong: str, data: bytes, *codes: str, labels: NDArray[Any] = A) -> Entry:
        return family.accepted(wrong, partial(with_a, data), *codes, labels=labels)

    def refused(wrong: str, data: bytes, *codes: str) -> Entry:
        return family.item_refused(wrong, partial(with_a, data), *codes)

    colors = TINY.colors[A]
    alpha = np.full((*SHAPE, 1), 255, np.uint8)
    return (
        accepted("nothing", SOUND["a.png"]),
        accepted("16 bits for a pixel", _grey(ids(A), 16)),
        accepted("4 bits for a pixel", _grey(_CLASSES, 4), labels=_CLASSES),
        accepted("2 bits for a pixel", _grey(_CLASSES, 2), labels=_CLASSES),
        accepted("1 bit for a pixel", _grey(_CLASSES % 2, 1), labels=_CLASSES % 2),
        accepted("interlaced", _interlaced()),
        accepted("a palette", _palette()),
        accepted("a palette with transparency (tRNS)", _palette(transparent=bytes(200))),
        accepted(
            "a palette that shows roads as cars", _palette(exchanged=True), "palette-contradicts"
        ),
        accepted("image data in forty pieces", png(ids(A), _ROWS, pieces=40)),
        accepted("every filter that PNG has", png(ids(A), [0, 1, 2, 3, 4, 4])),
        accepted(
            "a text chunk with a script",
            png(ids(A), _ROWS, extra=chunk(b"tEXt", b"Title\0<script>alert(1)</script>")),
        ),
        accepted(
            "a compressed text chunk of 16 MiB",
            png(ids(A), _ROWS,
                extra=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**24)))),
        ),
        accepted("an id that no class has", _corner(7), "undeclared-class", labels=_CORNER),
        accepted("an id of 16 bits that no class has", _corner(65535), "undeclared-class",
                 labels=_CORNER),
        accepted("an id 256 above a class's", _corner(257), "undeclared-class", labels=_CORNER),
        accepted("ids as the grey values of a palette", _grey(np.where(A == 2, 38, ids(A))),
                 "undeclared-class", labels=np.where(A == 2, 0, A)),
        accepted("all background", _grey(np.zeros(SHAPE)), "mask-one-value",
                 labels=np.zeros(SHAPE)),
        accepted("all of one class", _grey(np.ones(SHAPE)), "mask-one-value",
                 labels=np.ones(SHAPE)),
        accepted("one pixel smaller than the image", _grey(ids(A[:, :7])), "wrong-size",
                 labels=A[:, :7]),
        accepted("turned by a quarter", _grey(ids(np.rot90(A))), "wrong-size", labels=np.rot90(A)),
        accepted("twice as large as the image", _grey(ids(A.repeat(2, 0).repeat(2, 1))),
                 "wrong-size", labels=A.repeat(2, 0).repeat(2, 1)),
        refused("RGB without a colour map", png(colors, _ROWS, kind=2), "mask-has-colors"),
        refused("RGBA without a colour map",
                png(np.concatenate([colors, alpha], 2), _ROWS, kind=6), "mask-has-colors"),
        refused("grey with alpha", png(np.stack([ids(A), alpha[..., 0]], 2), _ROWS, kind=4),
                "mask-has-colors"),
    )  # fmt: skip


def _colored(a: bytes) -> bytes:
    """Return a zip whose ``b`` is drawn in the ontology's colours."""
    return zip_bytes({"a.png": a, "b.png": png(TINY.colors[B], _ROWS, kind=2)})


def _antialiased() -> tuple[bytes, NDArray[Any]]:
    """Return a smoothly drawn car, and its labels where colours are exact."""
    canvas = np.full((*SHAPE, 3), TINY.colors[1], np.uint8)
    cv2.circle(canvas, (4, 3), 2, TINY.colors[2].tolist(), -1, cv2.LINE_AA)
    labels = np.zeros(SHAPE, np.uint8)
    for index in (1, 2):
        labels[(canvas == TINY.colors[index]).all(axis=2)] = index
    return png(canvas, _ROWS, kind=2), labels


def _by_colors() -> tuple[Entry, ...]:
    family = Family("Masks of colours", format="color-png")
    colors = TINY.colors[A]
    off = colors.copy()
    off[0, 0, 2] += 1
    clear, half = (np.dstack([colors, np.full(SHAPE, 255)]) for _ in range(2))
    clear[0, 0, 3], half[0, 0, 3] = 0, 254
    smooth, labels = _antialiased()
    file = io.BytesIO()
    Image.fromarray(colors).save(file, "JPEG", quality=95)

    def accepted(wrong: str, data: bytes, *codes: str, labels: NDArray[Any] = A) -> Entry:
        return family.accepted(wrong, partial(_colored, data), *codes, labels=labels)

    def refused(wrong: str, data: bytes, *codes: str) -> Entry:
        return family.item_refused(wrong, partial(_colored, data), *codes)

    return (
        accepted("nothing", png(colors, _ROWS, kind=2)),
        accepted("colours in a palette",
                 _png_of(Image.fromarray(colors).quantize(8))),
        accepted("antialiased edges", smooth, "undeclared-color", labels=labels),
        accepted("a colour off by one", png(off, _ROWS, kind=2), "undeclared-color",
                 labels=_CORNER),
        accepted("a transparent pixel", png(clear, _ROWS, kind=6), "mask-alpha", labels=_CORNER),
        accepted("a half transparent pixel", png(half, _ROWS, kind=6), "mask-alpha",
                 labels=_CORNER),
        accepted("a colour that counts as transparent (tRNS)",
                 png(colors, _ROWS, kind=2, extra=chunk(b"tRNS", bytes([0, 0, 0, 0, 0, 142]))),
                 "mask-alpha", labels=np.where(A == 2, 0, A)),
        refused("16 bits for a colour", png(colors.astype(int) * 257, _ROWS, kind=2, depth=16),
                "mask-depth"),
        refused("JPEG, called PNG", file.getvalue(), "png-signature"),
    )  # fmt: skip


def _tree(folder: str = "SegmentationClass/", **lists: bytes) -> bytes:
    named = {f"ImageSets/Segmentation/{name}.txt": data for name, data in lists.items()}
    return zip_bytes({folder + name: data for name, data in SOUND.items()} | named)


def _in_tree(files: Mapping[str, bytes], **lists: bytes) -> bytes:
    named = {f"ImageSets/Segmentation/{name}.txt": data for name, data in lists.items()}
    return zip_bytes({f"SegmentationClass/{name}": data for name, data in files.items()} | named)


def _voc() -> tuple[Entry, ...]:
    family = Family("Pascal VOC", format="voc")
    only_b = {"b.png": SOUND["b.png"]}
    return (
        family.accepted("nothing", partial(_tree, train=b"a\nb\n")),
        family.accepted("a tree that lies deeper", partial(_tree, "VOC2012/SegmentationClass/")),
        family.accepted("lists with a second column", partial(_tree, car_train=b"a 1\nb -1\r\n")),
        family.accepted("a list that is no text", partial(_tree, train=b"\xff\xfe\0a"), "voc-list"),
        family.accepted("a label image in no list", partial(_tree, train=b"a\n"), "voc-unlisted"),
        family.item_refused(
            "a listed item without label image", partial(_in_tree, only_b, train=b"a\nb\n"),
            "voc-missing",
        ),
        family.item_refused(
            "a list of paths that lead out",
            partial(_in_tree, only_b, train=b"../../etc/passwd\nb\n"), "voc-missing",
        ),
        family.item_refused(
            "a drawing called PNG", partial(_in_tree, {**only_b, "a.png": b"<svg/>"}),
            "png-signature",
        ),
    )  # fmt: skip


ENTRIES = (*_by_ids(), *_by_colors(), *_voc())
