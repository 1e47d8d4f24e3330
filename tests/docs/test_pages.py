"""Every page is in the menu, every link leads somewhere, every field is documented."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assay.assess import workers
from assay.errors import OntologyError, ParameterError
from assay.formats import coco_index, limits, photograph, png_container, strict_json
from assay.labels import LabelClass, Ontology
from assay.render.document import read_schema
from assay.sampling.terms import AcceptTerms
from assay.sourcing import PilotTerms, RateCard
from assay.validation.running import findings_in_example
from maps import TINY

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_menu() -> set[str]:
    _, _, menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")
    return set(re.findall(r": (\S+\.md)$", menu, flags=re.MULTILINE))


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as Python-Markdown makes them."""
    titles = re.findall(r"^#+ (.+)$", without_code_blocks(text), flags=re.MULTILINE)
    return {
        re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower()) for title in titles
    }


def without_code_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def toml_blocks(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r"^```toml\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def table_names(text: str, title: str) -> set[str]:
    """Return the names in the first column of the table below a heading."""
    _, _, after = text.partition(f"\n## {title}\n")
    section, _, _ = after.partition("\n## ")
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))


def unknown_name_hint(error: Exception) -> set[str]:
    _, _, known = str(error).partition("Known: ")
    return set(known.rstrip(".").split(", "))


def test_every_page_is_in_the_menu_and_every_entry_has_its_page() -> None:
    assert in_menu() == {page.relative_to(DOCS).as_posix() for page in PAGES}


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in LINK.findall(without_code(text)):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.is_file(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_every_toml_example_is_read(path: Path) -> None:
    for block in toml_blocks(path):
        table = tomllib.loads(block)
        if "class" in table:
            Ontology.from_toml(block)
        if {"mean", "severe", "faulty"} & set(table):
            AcceptTerms.from_toml(block)
        if "vendor" in table:
            PilotTerms.from_toml(block)
        if "price" in table:
            RateCard.from_toml(block)


def test_the_ontology_page_has_every_field_of_a_class() -> None:
    text = (DOCS / "ontology.md").read_text(encoding="utf-8")
    assert table_names(text, "Fields of a class") == {field.name for field in fields(LabelClass)}


def test_the_ontology_page_states_the_defaults_of_a_class() -> None:
    text = (DOCS / "ontology.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", text, flags=re.MULTILINE))
    plain = LabelClass("road", 1, (1, 2, 3))
    assert stated["kind"] == f'"{plain.kind}"'
    assert stated["weight"] == str(plain.weight)
    assert stated["minimum_region_px"] == str(plain.minimum_region_px)
    assert stated["boundary_tolerance_px"] == str(plain.boundary_tolerance_px)


def test_the_ontology_page_has_every_top_level_field() -> None:
    text = (DOCS / "ontology.md").read_text(encoding="utf-8")
    with pytest.raises(OntologyError) as caught:
        Ontology.from_document({"zzzzzz": 1})
    assert table_names(text, "Top-level fields") == unknown_name_hint(caught.value)


def test_the_pilot_page_has_every_field() -> None:
    text = (DOCS / "pilot.md").read_text(encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        PilotTerms.from_toml("zzzzzz = 1")
    assert table_names(text, "Fields") == unknown_name_hint(caught.value)


def test_the_pilot_page_has_every_field_of_a_vendor() -> None:
    text = (DOCS / "pilot.md").read_text(encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        PilotTerms.from_toml('name = "p"\nontology = "o"\nreference = "r"\n[[vendor]]\nzzzzzz = 1')
    assert table_names(text, "Fields of a vendor") == unknown_name_hint(caught.value)


def test_the_rate_card_page_has_every_field() -> None:
    text = (DOCS / "rate-card.md").read_text(encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        RateCard.from_toml("zzzzzz = 1")
    assert table_names(text, "Fields") == unknown_name_hint(caught.value)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Fields", "zzzzzz = 1"),
        ("Fields of mean", "[mean]\nzzzzzz = 1"),
        ("Fields of severe", "[severe]\nzzzzzz = 1"),
        ("Fields of faulty", '[faulty]\nplan = "attributes"\nzzzzzz = 1'),
        ("Fields of a tier", "[[tier]]\nname = 'a'\nzzzzzz = 1"),
    ],
)
def test_the_acceptance_page_has_every_field(title: str, text: str) -> None:
    page = (DOCS / "acceptance.md").read_text(encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        AcceptTerms.from_toml(text)
    # Settings of plans are documented with the plans.
    assert table_names(page, title) == unknown_name_hint(caught.value) - {"strategy"}


def test_the_acceptance_page_has_every_key_of_the_document() -> None:
    text = (DOCS / "acceptance.md").read_text(encoding="utf-8")
    _, _, section = text.partition("\n## The JSON document\n")
    keys = {
        key
        for cell in re.findall(r"^\| (`.+?`) \|", section, flags=re.MULTILINE)
        for key in re.findall(r"`(\w+)`", cell)
    }
    assert keys == set(read_schema("acceptance-1")["required"])


def test_the_acceptance_page_states_the_defaults() -> None:
    page = (DOCS / "acceptance.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", page, flags=re.MULTILINE))
    plain = AcceptTerms(())
    for field in ("seed", "producer_risk", "consumer_risk", "spread", "score_below"):
        assert stated[field] == str(getattr(plain, field))
    assert stated["score"] == f'"{plain.score}"'


def test_the_architecture_page_states_the_layers_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert "```text\n" + "\n".join(layers) + "\n```" in text
    rooms = {room for layer in layers for room in layer.split(" | ")}
    assert rooms == table_names(text, "Rooms")


def test_the_rule_of_the_architecture_page_finds_its_own_example() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    block = next(block for block in blocks if "STRIPED" in block)
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 - our own page
    rule = names["STRIPED"]
    assert findings_in_example(rule, rule.clean) == []
    (finding,) = findings_in_example(rule, rule.faulty)
    assert finding.message == "All 2 rows hold one class each."


def test_the_metric_of_the_architecture_page_scores() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    example = re.search(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert example is not None
    names: dict[str, Any] = {}
    exec(example[1], names)  # noqa: S102 - our own page
    counts = np.array([[4, 4, 8], [0, 0, 0], [3, 4, 3]])
    assert names["WORST_CLASS"].score(counts, TINY) == 0.5


def test_the_security_page_states_the_limits_that_hold() -> None:
    text = (DOCS / "security.md").read_text(encoding="utf-8")
    stated = set(re.findall(r"^\| .* \| (.+?) \|$", text, flags=re.MULTILINE))
    assert {
        f"{limits.MAX_ENTRY_BYTES // 2**20} MiB",
        f"{limits.MAX_MAPPED_BYTES // 2**30} GiB",
        f"{limits.MAX_TOTAL_BYTES // 2**30} GiB",
        f"{limits.MAX_RATIO}",
        f"{limits.MAX_ENTRIES:,}",
        f"{png_container.MAX_PIXELS:,}",
        f"{coco_index.MAX_PIXELS:,}",
        f"{png_container.MAX_SAMPLE_BYTES // 2**20} MiB, known from the header",
        f"{photograph.MAX_PIXELS:,}",
        f"{strict_json.MAX_DEPTH} levels",
        f"{limits.MAX_XZ_MEMORY // 2**20} MiB",
    } == stated - {"Limit"}
    assert f"at most {workers.WORKER_BYTES // 2**30} GiB of address space" in text
    assert f"{workers.TASK_SECONDS:.0f} seconds" in text


def test_every_public_name_on_the_python_page_exists() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for dotted in re.findall(r"^::: (\S+)$", text, flags=re.MULTILINE):
        module, _, attribute = dotted.rpartition(".")
        assert hasattr(__import__(module, fromlist=[attribute]), attribute), dotted


def test_no_page_loads_or_names_a_package_registry() -> None:
    for path in TEXTS:
        assert not re.search(r"pypi\.org|npmjs|conda\.io", path.read_text(encoding="utf-8")), path


def test_no_page_makes_its_reader_load_anything_from_elsewhere() -> None:
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        # The theme fetches what draws mermaid from a network as soon as a page has some.
        assert "```mermaid" not in text, path
        assert not re.search(r"!\[[^]]*\]\(\w+://", without_code(text)), path
        assert not re.search(r"<\w+[^>]*\s(?:src|srcset|data)=", without_code(text)), path
    for picture in DOCS.rglob("*.svg"):
        assert not re.search(
            r"(?:href|src)=.\w+://|url\(\w+:|@import", picture.read_text("utf-8")
        ), picture
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert not re.search(r"://|mermaid|^extra_(?:css|javascript)", settings, re.MULTILINE)
