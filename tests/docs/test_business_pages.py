"""Python examples of the pages on money print what they promise."""

import contextlib
import io
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLE = re.compile(r"^```python\n(.*?)^```\n+```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = ["rate-card.md", "quotes.md"]


def examples() -> list[tuple[str, str]]:
    return [found for page in PAGES for found in EXAMPLE.findall((DOCS / page).read_text("utf-8"))]


@pytest.mark.parametrize(("code", "promised"), examples())
def test_an_example_prints_what_its_page_promises(code: str, promised: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})  # noqa: S102 - our own page
    assert printed.getvalue() == promised
