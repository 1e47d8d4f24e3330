"""Findings as Label Studio keeps them, where it is installed: ``LABEL_STUDIO=PATH`` names it."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assay import LabelMap
from assay.assess.validate import validate
from assay.delivery import Delivery, Finding, Reading, Severity
from assay.render.validation.exports import EXPORTS, ImageNames
from assay.render.validation.label_studio import CONFIG
from assay.validation.report import ValidationReport
from maps import TINY

PROGRAM = shutil.which(os.environ.get("LABEL_STUDIO", "label-studio"))
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - of a server that lives for a test
#: The first start makes a data base.
START_S = 240.0
NASTY = 'a<b> & "c"\N{SNOWMAN} \x1b\ud800 \u202e/ä.x'
NAMES = ImageNames({"a/ä b": "a/ä b.png"}.get, "/data/local-files/?d=")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="Label Studio is not installed"),
]

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Start a server of our own; yields how to ask it."""
    folder = tmp_path_factory.mktemp("label-studio")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def request(path: str, body: object = None) -> Any:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own server
            return json.load(answer)

    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [
                str(PROGRAM), "start", "--no-browser", "--port", str(port),
                "--internal-host", "127.0.0.1", "--username", "reviewer@assay.example",
                "--password", "of-no-use-elsewhere", "--user-token", TOKEN,
                "--enable-legacy-api-token",
            ],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
                "COLLECT_ANALYTICS": "False",
                "LATEST_VERSION_CHECK": "False",
            },
            stdout=log,
            stderr=log,
        )  # fmt: skip
    try:
        _await_answer(request, server, folder / "log.txt")
        yield request
    finally:
        server.terminate()
        server.wait(30)


def _await_answer(request: Ask, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            request("/api/projects")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(1)
        else:
            return
    pytest.fail(f"Label Studio did not start:\n{log.read_text(errors='replace')[-2000:]}")


def report() -> ValidationReport:
    """A report with boxes in one item and a note of another."""
    street = LabelMap.filled(60, 90, 1).to_dense()
    street[10:12, 20:21] = 2
    street[40:55, 30:70] = 0
    maps = {"a/ä b": LabelMap.from_dense(street), "whole": LabelMap.filled(60, 90, 1)}
    delivery = Delivery("delivery <1>", "memory", TINY, tuple(maps), lambda key: Reading(maps[key]))
    seen = validate(delivery, workers=1)
    note = Finding("wrong-size", Severity.ERROR, "whole", NASTY, "Label <it>.")
    return replace(seen, findings=(*seen.findings, note))


def test_what_is_stored_equals_what_was_written(ask: Ask) -> None:
    text = EXPORTS.get("label-studio").text(report(), NAMES)
    written = json.loads(text)
    results = [entry for task in written for entry in task["predictions"][0]["result"]]
    assert {entry["from_name"] for entry in results} == {"finding", "message", "note"}

    project = ask("/api/projects", {"title": "review", "label_config": CONFIG})["id"]
    answer = ask(f"/api/projects/{project}/import", written)
    assert (answer["task_count"], answer["prediction_count"]) == (len(written), len(written))

    stored = ask(f"/api/tasks?project={project}&fields=all&page_size=100")["tasks"]
    stored.sort(key=lambda task: int(task["id"]))
    assert [task["data"] for task in stored] == [task["data"] for task in written]
    for kept, task in zip(stored, written, strict=True):
        (prediction,) = kept["predictions"]
        assert prediction["model_version"] == task["predictions"][0]["model_version"]
        assert prediction["result"] == task["predictions"][0]["result"]


def test_an_accepted_prediction_is_exported_as_an_annotation(ask: Ask) -> None:
    text = EXPORTS.get("label-studio").text(report(), NAMES)
    (task, *_) = written = json.loads(text)
    project = ask("/api/projects", {"title": "accepted", "label_config": CONFIG})["id"]
    ask(f"/api/projects/{project}/import", written)
    stored = ask(f"/api/tasks?project={project}&fields=all&page_size=100")["tasks"]
    first = min(stored, key=lambda entry: int(entry["id"]))
    result = first["predictions"][0]["result"]
    # Refused where a result does not fit the labelling configuration.
    ask(f"/api/tasks/{first['id']}/annotations", {"result": result})
    exported = ask(f"/api/projects/{project}/export?exportType=JSON")
    (annotation,) = exported[0]["annotations"]
    assert annotation["result"] == task["predictions"][0]["result"]
