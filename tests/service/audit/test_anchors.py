"""What was kept outside is what the log is held against, however the service ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.errors import AuditError
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.chain import Entry
from assay.service.audit.heads import SigningKey
from assay.service.audit.merkle import grown
from assay.service.audit.verify import verify
from assay.service.storage.local import LocalObjects
from service.audit.logs import KEY, NOON, chained, event, lines

LOG = chained(event(number) for number in range(9))


def keep(store: AnchorStore, log: list[Entry], *sizes: int) -> None:
    """Anchor a log at some sizes, each head with the digests since the one before."""
    before = 0
    for size in sizes:
        digests = [entry.digest for entry in log[:size]]
        store.keep(KEY, grown(digests), digests[before:], NOON)
        before = size


@pytest.fixture
def store(tmp_path: Path) -> AnchorStore:
    return AnchorStore(LocalObjects(tmp_path / "anchors"))


def test_heads_and_digests_are_read_as_they_were_kept(store: AnchorStore) -> None:
    keep(store, LOG, 2, 5, 9)
    anchors = store.read(KEY.public)
    assert [head.size for head in anchors.heads] == [2, 5, 9]
    assert list(anchors.leaves) == [entry.digest for entry in LOG]
    latest = store.latest(KEY.public)
    assert latest is not None
    assert (latest.tree, latest.tip) == (grown(entry.digest for entry in LOG), LOG[-1].digest)
    assert verify(lines(LOG), anchors).sound


def test_an_empty_place_knows_nothing(store: AnchorStore) -> None:
    assert store.latest(KEY.public) is None
    assert (store.size(KEY.public), store.lost_size()) == (0, 0)
    assert store.read(KEY.public).heads == ()


def test_a_head_of_another_log_of_that_size_does_not_replace_the_first(store: AnchorStore) -> None:
    other = chained(event(number, forged=1) for number in range(9))
    keep(store, LOG, 9)
    keep(store, other, 9)
    anchors = store.read(KEY.public)
    assert len(anchors.heads) == 2
    assert not verify(lines(LOG), anchors).sound
    assert not verify(lines(other), anchors).sound


@pytest.mark.parametrize("text", [b"", b"\xff", b"made up\n"])
def test_a_head_that_somebody_put_there_is_refused(store: AnchorStore, text: bytes) -> None:
    keep(store, LOG, 5)
    store.objects.put("heads/000000000009-ffffffffffffffff", [text])
    with pytest.raises(AuditError):
        store.read(KEY.public)
    store.objects.put("latest", [text])
    with pytest.raises(AuditError):
        store.latest(KEY.public)
    with pytest.raises(AuditError):
        store.read(SigningKey.generate("assay.example").public)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("edge", "Edge"),
        lambda text: text.replace('"edge": ["', '"edge": ["00'),
        lambda text: text.replace('"edge": [', '"edge": ["00", '),
        lambda text: text.replace("assay.example", "other.example"),
    ],
)
def test_a_newest_head_that_was_changed_is_refused_and_made_again(
    store: AnchorStore, spoil: Callable[[str], str]
) -> None:
    keep(store, LOG, 5, 9)
    right = store.latest(KEY.public)
    text = b"".join(store.objects.get("latest")).decode()
    store.objects.put("latest", [spoil(text).encode()])
    with pytest.raises(AuditError):
        store.latest(KEY.public)
    store.objects.delete("latest")
    assert store.latest(KEY.public) == right


@pytest.mark.parametrize("text", [b"", b"made up", bytes(32).hex().encode() * 2])
def test_digests_that_were_changed_cost_precision_and_nothing_else(
    store: AnchorStore, text: bytes
) -> None:
    keep(store, LOG, 5, 9)
    (name,) = (
        known.name for known in store.objects.list("digests") if "000000000006" in known.name
    )
    store.objects.put(name, [text])
    anchors = store.read(KEY.public)
    assert len(anchors.leaves) == 5
    assert verify(lines(LOG), anchors).sound
    fault = verify(lines(LOG[:6] + LOG[7:]), anchors).fault
    assert fault is not None
    assert fault.sound <= 6 < fault.sequence


KEEPING = """
import sys
from pathlib import Path
from assay.service.audit.anchors import AnchorStore
from assay.service.storage.local import LocalObjects
from service.audit.logs import KEY, NOON, chained, event
from assay.service.audit.merkle import grown
log = chained(event(number) for number in range(9))
digests = [entry.digest for entry in log]
store = AnchorStore(LocalObjects(Path(sys.argv[1])))
store.keep(KEY, grown(digests[:4]), digests[:4], NOON)
store.keep(KEY, grown(digests), digests[4:], NOON)
print("kept")
"""


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("point", ["anchor-digests-kept", "anchor-head-kept"])
def test_anchors_are_right_wherever_the_process_is_killed(
    tmp_path: Path, point: str, times: int
) -> None:
    tests = str(Path(__file__).parents[2])
    paths = os.pathsep.join([tests, *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "ASSAY_CRASH_AT": f"{point}:{times}", "PYTHONPATH": paths}
    command = [sys.executable, "-c", KEEPING, str(tmp_path)]
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    store = AnchorStore(LocalObjects(tmp_path))
    assert verify(lines(LOG), store.read(KEY.public)).sound
    again = subprocess.run(
        command, env={**environment, "ASSAY_CRASH_AT": ""}, capture_output=True, check=True
    )
    assert again.stdout == b"kept\n"
    anchors = store.read(KEY.public)
    assert anchors.size == 9
    assert len(anchors.leaves) == 9
    assert verify(lines(LOG), anchors).sound
