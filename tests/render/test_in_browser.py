"""Reports in a real browser: offline, light and dark, wide and on a phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from assay.render.evaluation.page import pilot_page, report_page
from assay.render.guideline.page import guideline_page
from render.examples import example_guideline, example_pilot, example_report

PAGES = {
    "report": lambda: report_page(example_report()),
    "pilot": lambda: pilot_page(example_pilot()),
    "guideline": lambda: guideline_page(example_guideline()),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no browser: install chromium to open reports in it")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("page_name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_fits_the_screen_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, page_name: str, scheme: str, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(PAGES[page_name](), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    broken = "[...document.images].filter(image => !image.naturalWidth).length"
    assert page.evaluate(broken) == 0
    context.close()


@pytest.mark.parametrize("page_name", PAGES)
def test_light_and_dark_have_colours_of_their_own(
    browser: Browser, tmp_path: Path, page_name: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(PAGES[page_name](), encoding="utf-8")
    page = browser.new_page()
    colours = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(file.as_uri())
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2
