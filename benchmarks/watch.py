"""Time and memory of a command and all that it started."""

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Watched:
    """One run of a command: wall seconds, and the peak of the process tree's memory."""

    seconds: float
    resident_mb: float
    proportional_mb: float


def run_watched(command: Sequence[str], folder: Path) -> Watched:
    """Run a command in a folder to its end; one that fails is an error."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    watch = Watch(process.pid)
    watch.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - start
    watch.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {errors}")
    return Watched(seconds, watch.resident_mb, watch.proportional_mb)


class Watch(threading.Thread):
    """Samples the memory of a process and all that it started, twenty times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.resident_mb = 0.0
        self.proportional_mb = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.05):
            sizes = [_memory(process) for process in [self.root, *_descendants(self.root)]]
            self.resident_mb = max(self.resident_mb, sum(size[0] for size in sizes))
            self.proportional_mb = max(self.proportional_mb, sum(size[1] for size in sizes))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _memory(process: int) -> tuple[float, float]:
    """Resident and proportional set size in MB; nothing where the process has ended."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0, 0.0
    fields = dict(line.split(":", 1) for line in text.splitlines()[1:])
    resident, proportional = (int(fields[name].split()[0]) / 1000 for name in ("Rss", "Pss"))
    return resident, proportional


def _descendants(root: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{root}/task").glob("*"):
        try:
            children = (task / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in map(int, children):
            found += [child, *_descendants(child)]
    return found
