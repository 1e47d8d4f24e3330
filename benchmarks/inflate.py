"""``python -m benchmarks.inflate FOLDER TURN``: pairs a second of reading and inflating alone."""

import struct
import sys
import time
from pathlib import Path

import deflate


def stream(data: bytes) -> tuple[bytes, int]:
    """Return the raw deflate stream of a PNG file and the size that it inflates to."""
    width, height = struct.unpack(">II", data[16:24])
    place = 8
    parts = []
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            parts.append(data[place + 8 : place + 8 + length])
        place += length + 12
    return b"".join(parts), height * (width + 1)


def main() -> None:
    """Inflate every second pair, starting at the given one, and print the rate."""
    folder, turn = Path(sys.argv[1]), int(sys.argv[2])
    names = sorted(path.name for path in (folder / "reference").iterdir())[turn::2]
    start = time.perf_counter()
    for name in names:
        for side in ("reference", "candidate"):
            deflate.zlib_decompress(*stream((folder / side / name).read_bytes()))
    print(len(names) / (time.perf_counter() - start))


if __name__ == "__main__":
    main()
