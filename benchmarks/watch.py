"""Memory of a process and all that it started, while it runs."""

import threading
from pathlib import Path


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
