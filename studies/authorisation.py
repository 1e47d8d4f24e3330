"""Who reaches what: every route, by every role, for what is theirs, others' and nobody's."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.testclient import TestClient

from assay.service.app import create_app
from assay.service.settings import Settings
from studies.study import Study, table

if TYPE_CHECKING:
    from service.authorisation.matrix import Cell

TEXT = """
The routes come from the application itself, and a request to each is made from its own description,
so that a new route is tried without anybody thinking of it. A service was furnished with one of
each thing that has an address, all of one vendor and one project. Then {routes} routes were called:

* by each of the eight roles and by nobody, compared with the
  [permission table](../service/index.md);
* by a vendor for what is its own, what is another vendor's, and what does not exist: the last two
  must have the same status and the same words;
* by the buyer for things of the project, the same things under another project, and things that do
  not exist, where the last two must be the same too;
* as a GET, after which a digest of all tables must be what it was before.

**{cells} cells were tried; {wrong} were let through or answered wrongly.**

{table}

{faults}

Two faults were found by the first run and corrected: the list of webhooks and the feedback preview
of a project that does not exist were answered as empty lists. A PATCH that says nothing is refused
since then too.

The same matrix runs with the tests; there, a route whose right is not in the table, a thing without
an address in the scene, and a field that vendors are not known to see fail by name.
"""


def run(*, quick: bool) -> Study:
    """Try every cell once; there is nothing to shorten."""
    del quick
    from service.authorisation import matrix
    from service.authorisation.requests import routes
    from service.authorisation.scene import furnish
    from service.house import House

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        app = create_app(
            Settings(
                data_dir=folder,
                workers=0,
                anchor_seconds=0,
                item_workers=1,
                publish_seconds=0,
                import_dirs=(folder,),
            )
        )
        client = TestClient(app, base_url="http://assay.test", raise_server_exceptions=False)
        with client:
            house = House.furnish(app, client)
            # Everybody is there before anything is compared.
            list(matrix.people(house))
            scene = furnish(house, folder)
            reads = [*matrix.writing_reads(scene)]
            cells = [
                *matrix.by_ownership(scene),
                *matrix.by_place(scene),
                *matrix.by_role(scene),
            ]
            number = len(routes(app))
    rows = [*_rows(cells), ["GET that must not write", len(reads), sum(w for _, w in reads), 0]]
    faults = matrix.wrong(cells)
    return Study(
        "Who reaches what",
        TEXT.format(
            routes=number,
            cells=len(cells) + len(reads),
            wrong=len(faults) + sum(writes for _, writes in reads),
            table=table(["What was tried", "Cells", "Let through", "Wrong"], rows),
            faults="\n".join(f"* {fault}" for fault in faults),
        ),
    )


_WHAT = {
    "role": "A role or nobody, against the table",
    "own": "One's own thing",
    "foreign": "Another's thing, or one of another project",
    "absent": "A thing that does not exist",
}


def _rows(cells: Iterable["Cell"]) -> list[list[object]]:
    found = [*cells]
    tried = Counter(cell.what for cell in found)
    through = Counter(cell.what for cell in found if cell.allowed)
    wrong = Counter(cell.what for cell in found if cell.wrong)
    return [[text, tried[what], through[what], wrong[what]] for what, text in _WHAT.items()]
