"""Drafts of guidelines, and pictures to put into them."""

import io
from typing import Any

from PIL import Image

from service.house import Caller

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
TOML = """
[[class]]
name = "road"
id = 1
color = "#804080"
definition = "What cars drive on."

[[class]]
name = "car"
id = 2
color = "#00008e"
kind = "thing"
"""


def draft(caller: Caller, text: str = "# Cars") -> str:
    """Draft a guideline in a project of its own; return its address."""
    project = f"/projects/{caller.made('/projects', PROJECT)['id']}"
    ontology = caller.made(f"{project}/ontologies", {"toml": TOML})["id"]
    drafted = caller.made(f"{project}/guidelines", {"ontology": ontology, "text": text})
    return f"{project}/guidelines/{drafted['id']}"


def next_draft(caller: Caller, guideline: str, *, toml: str = TOML, text: str = "# Cars") -> str:
    """Draft the version after another; return its address."""
    project = guideline.partition("/guidelines/")[0]
    ontology = caller.made(f"{project}/ontologies", {"toml": toml})["id"]
    drafted = caller.made(f"{project}/guidelines", {"ontology": ontology, "text": text})
    return f"{project}/guidelines/{drafted['id']}"


def photograph(color: str = "red", *, size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """Return a picture as somebody uploads it."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, more.pop("format", "PNG"), **more)
    return file.getvalue()


def add_picture(
    caller: Caller, guideline: str, name: str, *, right: bool = True, color: str = "red"
) -> Any:
    """Upload a picture of a class."""
    about = {"class_name": name, "right": right, "caption": f"See the {name}."}
    return caller.made(f"{guideline}/pictures", params=about, content=photograph(color))
