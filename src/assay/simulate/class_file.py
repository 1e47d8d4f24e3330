"""An ontology as a TOML file that people can read."""

import json

from assay.labels import Ontology


def ontology_file(ontology: Ontology) -> str:
    """Return TOML that :meth:`assay.labels.Ontology.from_toml` reads back to the same ontology.

    Examples
    --------
    >>> from assay.simulate.street import STREET
    >>> Ontology.from_toml(ontology_file(STREET)) == STREET
    True
    """
    document = ontology.to_document()
    classes = document.pop("class")
    tables = [_rows(document)]
    tables += ["[[class]]\n" + _rows(table) for table in classes]
    return "\n\n".join(tables) + "\n"


def _rows(table: dict[str, object]) -> str:
    # Numbers, lists and texts are written alike in TOML and JSON.
    return "\n".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in table.items()
    )
