"""A server that is asked to stop answers what it has begun, and signs its log."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx2
from studies.crash_harness import Served
from studies.story import Case

from assay.service.audit import store as log
from assay.service.audit.anchoring import signing_key
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.verify import verify
from assay.service.database import Database
from assay.service.storage.opening import open_objects
from service.crashes.preparing import prepare


def test_every_request_that_was_begun_is_answered_and_the_log_is_signed(tmp_path: Path) -> None:
    prepared = prepare(tmp_path / "data", tmp_path, None)
    case = Case.of(prepared, prepared.folder)
    answers: list[int] = []

    def work() -> None:
        body = {"name": "P", "currency": "EUR", "budget_minor": 1}
        headers = case.headers("lead")
        address = f"{served.address}/api/v1/projects"
        with suppress(httpx2.TransportError), httpx2.Client(timeout=30) as client:
            while True:
                answers.append(client.post(address, json=body, headers=headers).status_code)

    with Served(case, "") as served:
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(1.5)
        served.stop()
        thread.join()
    assert served.process.returncode == 0
    database = Database(case.settings.database)
    with database.reading() as session:
        lines = [line.encode() for line in log.all_lines(session)]
    database.close()
    begun = sum(b"project.begun" in line for line in lines)
    key = signing_key(case.settings.audit_key).public
    verdict = verify(lines, AnchorStore(open_objects(case.settings.anchors)).read(key))
    assert verdict.sound
    assert verdict.anchored == verdict.entries
    assert set(answers) == {201}
    assert begun == len(answers) + 1


def test_being_asked_to_stop_is_no_failure(tmp_path: Path, sqlite_template: Path) -> None:
    assert stopped("worker", tmp_path, sqlite_template, signal.SIGTERM) == (0, "")


def test_ctrl_c_is_told_as_anywhere(tmp_path: Path, sqlite_template: Path) -> None:
    code, said = stopped("serve", tmp_path, sqlite_template, signal.SIGINT)
    assert code == 130
    assert said == "assay: interrupted; nothing half written was left behind.\n"


def stopped(command: str, folder: Path, database: Path, sent: signal.Signals) -> tuple[int, str]:
    """Run a command until it says that it is there, and stop it; return what became of it."""
    (folder / "data").mkdir()
    shutil.copy(database, folder / "data" / "assay.db")
    environment = {
        **os.environ,
        "ASSAY_DATA_DIR": str(folder / "data"),
        "ASSAY_PORT": "0",
        "ASSAY_LOG_LEVEL": "error",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "assay", command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that a shell started in the background ignore Ctrl-C, and so would the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "Ctrl-C ends it" in process.stdout.readline()
        time.sleep(0.5)
        process.send_signal(sent)
        code = process.wait(60)
        return code, process.stderr.read()
