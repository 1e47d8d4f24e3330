"""A server that is asked to stop answers what it has begun, and signs its log."""

import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx2
from studies.crash_harness import Case, Served

from assay.service.audit import store as log
from assay.service.audit.anchoring import signing_key
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.verify import verify
from assay.service.database import Database
from assay.service.storage.opening import open_objects
from service.crashes.preparing import prepare


def test_every_request_that_was_begun_is_answered_and_the_log_is_signed(tmp_path: Path) -> None:
    prepared = prepare(tmp_path / "data", tmp_path, None)
    case = Case(
        prepared.folder, None, prepared.lead, prepared.vendor, prepared.batch, prepared.archive
    )
    answers: list[int] = []

    def work() -> None:
        body = {"name": "P", "currency": "EUR", "budget_minor": 1}
        headers = {"authorization": case.lead}
        address = f"{served.address}/api/v1/projects"
        with suppress(httpx2.TransportError), httpx2.Client(timeout=30) as client:
            while True:
                answers.append(client.post(address, json=body, headers=headers).status_code)

    with Served(case, "") as served:
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(4)
        served.stop()
        thread.join()
    # The server ends all it has begun, then dies of the signal that it was sent, as shells expect.
    assert served.process.returncode == -signal.SIGTERM
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
