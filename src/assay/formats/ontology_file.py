"""Ontology files."""

from pathlib import Path

from assay.errors import OntologyError, SourceError
from assay.formats.source import open_source
from assay.labels import Ontology

_MAX_BYTES = 64 * 2**20


def read_ontology(path: Path) -> Ontology:
    """Read an ontology from a ``.toml`` or ``.json`` file.

    Raises
    ------
    SourceError
        When the file does not exist, or is no text of that kind.
    OntologyError
        When it is an ontology that contradicts itself; the message starts with the file's name.
    """
    suffix = path.suffix.lower()
    source = open_source(path)
    if suffix not in {".toml", ".json"} or source.entries != (path.name,):
        raise SourceError(
            f"{path.name!r} is no ontology file. Give a .toml or .json file with [[class]] tables."
        )
    data = source.view(path.name)
    if len(data) > _MAX_BYTES:
        raise SourceError(f"{path.name!r} has {len(data)} bytes; give an ontology, not labels.")
    try:
        text = bytes(data).decode("utf-8-sig")
        return Ontology.from_toml(text) if suffix == ".toml" else Ontology.from_json(text)
    except UnicodeDecodeError:
        raise SourceError(f"{path.name!r} is not UTF-8 text. Save it as UTF-8.") from None
    except OntologyError as error:
        raise OntologyError(f"{path.name}: {error}") from error
