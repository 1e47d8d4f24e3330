"""News fragments become the change log."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEWS = sorted((ROOT / "changelog.d").glob("*.md"))
KINDS = [
    kind["directory"]
    for kind in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "towncrier"
    ]["type"]
]


@pytest.mark.parametrize("path", NEWS, ids=lambda path: path.name)
def test_a_fragment_has_a_known_kind_and_is_one_line(path: Path) -> None:
    slug, kind, _ = path.name.rsplit(".", 2)
    assert slug.startswith("+")
    assert kind in KINDS
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) == 1
    assert text.endswith(".\n")


def test_all_news_stand_in_the_draft_of_the_change_log() -> None:
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--date", "2026-01-01"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for path in NEWS:
        assert f"- {path.read_text(encoding='utf-8').strip()}\n" in done.stdout, path.name
