"""Which service the command line speaks to, and as whom."""

import json
import os
from pathlib import Path

import typer

from assay.cli.client import Client
from assay.errors import SourceError


def sign_in_file() -> Path:
    """Return where `assay login` keeps address and token; readable by its owner alone."""
    return Path(typer.get_app_dir("assay")) / "service.json"


def signed_in_client() -> Client:
    """Return a client of the service named in the environment, or signed in to by `assay login`.

    Raises
    ------
    SourceError
        When neither says which service, or with which token.
    """
    address, token = os.environ.get("ASSAY_URL", ""), os.environ.get("ASSAY_TOKEN", "")
    file = sign_in_file()
    if not (address and token) and file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
        address, token = address or kept["address"], token or kept["token"]
    if not (address and token):
        raise SourceError(
            "Which service? Run `assay login`, or set ASSAY_URL and ASSAY_TOKEN; a token is made "
            "at POST /api/v1/tokens."
        )
    return Client(address, token=token)
