"""Who reaches what: every route, by every role, for what is theirs, others' and nobody's."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.testclient import TestClient

from assay.service.app import create_app
from assay.service.settings import Settings
from staging.postgresql import postgresql_server
from studies.serving import DATABASES
from studies.study import Study, table

if TYPE_CHECKING:
    from service.authorisation.matrix import Cell
    from service.authorisation.scene import Scene
    from service.authorisation.timing import Timed

TEXT = """
The routes come from the application itself, and a request to each is made from its own description,
so that a new route is tried without anybody thinking of it. A service was furnished with one of
each thing that has an address, all of one vendor and one project, and once more for another vendor
in another project. Then {routes} routes were called:

* by each of the eight roles and by nobody, compared with the
  [permission table](../reference/permissions.md);
* by somebody who has all roles, with what proves nothing: a token that was never made, has ended,
  was revoked, or lacks the scope; a session that was silent, is too old, or was left; the token and
  the session of somebody who is let in no more, whose roles were taken, or whose organisation is
  suspended;
* with a good session but without its page's token, with a made-up one, and with another session's,
  wherever something would change;
* by a vendor for what is its own, what is another vendor's, and what does not exist: the last two
  must have the same status, the same words and the same headers;
* by the buyer for things of the project, the same things under another project, and things that do
  not exist, where the last two must be the same too;
* with another's id, and one that nothing has, in every field of a body or a query that names a
  thing: nothing may be done, and the two must be answered alike;
* with a cursor of another's list, which must show nothing of it, and with two that are none;
* with every column of every table that a body does not ask for, and as a change of nothing;
* with orders to sort and to filter that are in no description, which must change no answer;
* as a GET, after which a digest of all tables must be what it was before.

**{cells:,} cells were tried; {wrong} were let through or answered wrongly.**

{table}

{faults}

Three faults were found by the first runs and corrected: the list of webhooks and the feedback
preview of a project that does not exist were answered as empty lists, and a PATCH that says nothing
was taken.

**Time.** {timed} routes were asked {rounds} times for what is another's, each time beside what does
not exist, which of the two first being drawn. Signed ranks (Wilcoxon 1945) say whether the
differences lean to one side, all routes of a database together at 1 % (Holm 1979). The same harness
is shown a leak: 5 ms more for what exists.

{times}

The gap is the median of a route's differences; the largest of all routes is told, and the widest
95 % interval of one. In the program's own process there is no network, which would hide more.

The same matrix runs with the tests; there, a route whose right is not in the table, a thing without
an address in the scene, a field that may name something, and a field that vendors are not known to
see fail by name.
"""


@dataclass(frozen=True)
class _Tried:
    """What was found with one database."""

    routes: int
    cells: list["Cell"]
    honest: list["Timed"]
    leaking: list["Timed"]


def run(*, quick: bool) -> Study:
    """Try every cell once, on both databases, and time refusals."""
    rounds = 10 if quick else 100
    tried = {kind: _try(kind, rounds) for kind in DATABASES}
    cells = [cell for found in tried.values() for cell in found.cells]
    faults = [str(cell) for cell in cells if cell.wrong]
    one = tried[DATABASES[0]]
    return Study(
        "Who reaches what",
        TEXT.format(
            routes=one.routes,
            cells=len(cells),
            wrong=len(faults),
            table=table(
                ["What was tried", "Cells", "Let through", "Wrong"],
                [row for kind, found in tried.items() for row in _rows(kind, found.cells)],
            ),
            faults="\n".join(f"* {fault}" for fault in faults),
            timed=len(one.honest),
            rounds=rounds,
            times=table(
                ["Answers", "Routes told apart", "Largest gap", "Widest interval"],
                [
                    _times(f"{kind}, {name}", timed)
                    for kind, found in tried.items()
                    for name, timed in (
                        ("as it is", found.honest),
                        ("5 ms more for what exists", found.leaking),
                    )
                ],
            ),
        ),
    )


def _try(kind: str, rounds: int) -> _Tried:
    from service.authorisation import matrix, naming, proofs, timing
    from service.authorisation.requests import routes

    with _furnished(kind) as (scene, other):
        cells = [
            *matrix.reads(scene),
            *naming.by_filter(scene),
            *naming.by_cursor(scene, other),
            *naming.by_reference(scene, other),
            *naming.by_field(scene),
        ]
        honest = timing.time_refusals(scene, rounds=rounds)
        with timing.slower(scene, 0.005):
            leaking = timing.time_refusals(scene, rounds=rounds)
        # What follows takes things away.
        cells += [
            *matrix.by_ownership(scene),
            *matrix.by_place(scene),
            *matrix.by_role(scene),
            *proofs.by_proof(scene),
        ]
        return _Tried(len(routes(scene.house.app)), cells, honest, leaking)


@contextmanager
def _furnished(kind: str) -> Iterator[tuple["Scene", "Scene"]]:
    from service.authorisation import matrix
    from service.authorisation.scene import beside, furnish
    from service.house import House

    with tempfile.TemporaryDirectory() as place, _database(kind, Path(place)) as url:
        folder = Path(place)
        app = create_app(
            Settings(
                data_dir=folder,
                database_url=url,
                workers=0,
                anchor_seconds=0,
                item_workers=1,
                publish_seconds=0,
                import_dirs=(folder,),
                logins_per_minute=1000,
            )
        )
        client = TestClient(app, base_url="http://assay.test", raise_server_exceptions=False)
        with client:
            house = House.furnish(app, client)
            # Everybody is there before anything is compared.
            list(matrix.people(house))
            scene = furnish(house, folder)
            yield scene, beside(scene, folder)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder / 'assay.db'}"
        return
    with postgresql_server() as address:
        yield address


_WHAT = {
    "role": "a role or nobody, against the table",
    "proof": "what proves nothing",
    "own": "one's own thing",
    "foreign": "another's thing, or one of another project",
    "absent": "a thing that does not exist",
    "inside": "another's id in a body or a query",
    "cursor": "another's cursor, or none",
    "field": "a field that is not asked for, or a change of nothing",
    "filter": "an order to sort or to filter",
    "read": "a GET that must not write",
}


def _rows(kind: str, cells: Iterable["Cell"]) -> list[list[object]]:
    found = [*cells]
    tried = Counter(cell.what for cell in found)
    through = Counter(cell.what for cell in found if cell.allowed)
    wrong = Counter(cell.what for cell in found if cell.wrong)
    return [
        [f"{kind}: {text}", f"{tried[what]:,}", through[what], wrong[what]]
        for what, text in _WHAT.items()
    ]


def _times(name: str, timed: list["Timed"]) -> list[object]:
    from service.authorisation.timing import told_apart

    largest = max(timed, key=lambda entry: abs(entry.gap))
    low, high = max((entry.interval() for entry in timed), key=lambda ends: ends[1] - ends[0])
    return [
        name,
        f"{len(told_apart(timed))} of {len(timed)}",
        f"{largest.gap:+.2f} ms",
        f"{low:+.2f} to {high:+.2f} ms",
    ]
