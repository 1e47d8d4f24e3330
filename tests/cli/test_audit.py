"""``assay audit`` as auditors run it: with an export, the anchors, the public key and no server."""

import json
from pathlib import Path

import jsonschema
import pytest

from assay.render.document import read_schema
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.merkle import grown
from assay.service.storage.local import LocalObjects
from cli.conftest import Run
from cli.running import run_process
from service.audit.logs import KEY, NOON, chained, event, lines

LOG = chained(event(number) for number in range(12))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A folder with a log of twelve entries, ten of them anchored."""
    (tmp_path / "log.ndjson").write_bytes(b"".join(lines(LOG)))
    (tmp_path / "key").write_text(KEY.public.text + "\n")
    digests = [entry.digest for entry in LOG[:10]]
    AnchorStore(LocalObjects(tmp_path / "anchors")).keep(KEY, grown(digests), digests, NOON)
    return tmp_path


def arguments(case: Path, *further: str | Path) -> tuple[str | Path, ...]:
    return (
        "audit", "verify", case / "log.ndjson", "--key", case / "key",
        "--anchors", case / "anchors", *further,
    )  # fmt: skip


def test_an_honest_log_is_sound(run: Run, case: Path) -> None:
    outcome = run(*arguments(case))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "Sound: 10 entries are what 1 signed head says.",
        "entries: 12",
        "not yet in a head: 2",
    ]


def test_a_changed_log_is_told_and_exits_with_one(run: Run, case: Path) -> None:
    spoilt = (case / "log.ndjson").read_bytes().replace(b"itm_4", b"itm_5")
    (case / "log.ndjson").write_bytes(spoilt)
    outcome = run(*arguments(case))
    assert outcome.code == 1
    assert outcome.out.startswith("Changed. Entry 5 is the first that is wrong: ")


def test_both_verdicts_keep_the_schema(run: Run, case: Path) -> None:
    sound = json.loads(run(*arguments(case, "--json", "-")).out)
    (case / "log.ndjson").write_bytes(b"".join(lines(LOG[:9])))
    cut = json.loads(run(*arguments(case, "--json", "-")).out)
    for document in (sound, cut):
        jsonschema.validate(document, read_schema("audit-1"))
    assert (sound["sound"], sound["fault"]) == (True, None)
    assert cut["fault"]["sequence"] == 10


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--key", "log.ndjson", "no public key"),
        ("--key", "absent", "absent"),
        ("--anchors", "nowhere", "no signed head at"),
    ],
)
def test_wrong_use_is_told(run: Run, case: Path, option: str, value: str, reason: str) -> None:
    outcome = run(*arguments(case, option, case / value))
    assert outcome.code == 2
    assert reason in outcome.err


def test_a_log_that_is_absent_is_told(run: Run, case: Path) -> None:
    (case / "log.ndjson").unlink()
    outcome = run(*arguments(case))
    assert outcome.code == 2
    assert "cannot be read" in outcome.err


def test_the_service_exports_its_log_and_its_key(case: Path) -> None:
    from assay.service.audit.anchoring import Anchoring
    from assay.service.database import Database
    from assay.service.migrations import upgrade
    from assay.service.settings import Settings

    settings = Settings(data_dir=case / "data", database_url=None)
    settings.data_dir.mkdir()
    database = Database(settings.database)
    upgrade(database)
    Anchoring.of(settings, database).anchor()
    database.close()
    key = run_process("audit", "key", "--data", case / "data")
    assert key.code == 0, key.err
    assert key.out.startswith("assay-")
    export = run_process("audit", "export", "-", "--data", case / "data")
    assert (export.code, export.out, export.err) == (0, "", "")
