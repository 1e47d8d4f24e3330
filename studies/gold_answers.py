"""Whether answers tell a vendor which images are gold: all that the API says in a purchase.

A vendor takes packages, asks about every image, delivers, reads what was found, is sent back, and
is billed; whatever an answer says of an image becomes numbers for the classifier of
:mod:`studies.gold_hiding`.  Then rounds of rework are repeated with the code of the service alone.
"""

import csv
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap
from assay.service import clock
from assay.service.acceptance.actions import decide
from assay.service.actor import Actor
from assay.service.app import create_app
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.gold.tables import GoldRow
from assay.service.ids import new_id
from assay.service.settings import Settings
from studies.gold_hiding import Found, Rows, found_table, padded, told_apart, verdict
from studies.study import Study, table

if TYPE_CHECKING:
    from service.batches.work import Work
    from service.house import House

SEED = 20261126
GOLD_SHARE = 0.1
SHAPE = (24, 32)
#: Every so-manieth image is labelled badly, and a part of those shows in the vendor's own labels.
BAD, SHOWING = 0.2, 0.3
#: Part of the items at which people look in each round.
LOOKED = 0.2
ROUNDS = 50

_BYTES = 120

TEXT = """
A vendor does {batches} batches of {size} images, {gold:,} of all {items:,} being gold, through the
API of the service alone. Of each image the classifier of [hidden gold](gold_hiding.md) gets
{features} numbers:

* **the lists**: place in `/vendor/batches/…/items`, name, and the {bytes} first bytes of its entry;
* **the package of each round**: place in the archive, and of which rounds it is;
* **questions**: one about each image; status, length of body and headers, the answer's bytes but
  for its id, the letters of the id, time until it is due, and how long asking and reading took;
* **what was found**: place in `/vendor/deliveries/…/items` of each delivery, number of the version,
  errors, warnings, findings by severity, and the bytes of the entry;
* **the bill**: place and bytes of its rows in the invoice's CSV of accepted versions.

Of the images {bad:.0%} are labelled badly, gold or not, and in {showing:.0%} of those a rule says
so. Every second batch is sent back once, by the service's own list. Pay, decisions and feedback are
told of a batch and not of an image: they are the same for all of its images.

{result}

{verdict} The same harness is shown planted leaks:

{plants}

**Rounds of rework.** {runs} batches of 60 images are sent back {rounds} times each by the list
that the service makes, people having looked at a fifth of the items more each time. The vendor
knows how good each of its items is, since which round it has it, which were named, and where a rule
spoke. It does named items right and leaves others as they are. After a round it must tell the gold
that still counts from all items that were never named. It is told the truth about whole batches
and asked about others: what comes new with a round has a fixed number of gold, so that much gold
among what is told would be little among the rest.

{rework}

Before this study a list had all weak gold on it, so that a weak item which stayed was known to be
no gold; now weak gold is named as seldom as people looked at other items. And of the images that
came new with a round a third was gold; now it is the share of the first round ({share:.0%} of new
names were gold here).

**What is left.** An item that was named without a fault that was shown is gold or was seen by
people; named gold counts no more. Who was told `below the limit` knows that something is wrong, not
where.
"""


@dataclass
class _Seen:
    """What a vendor has seen of one image: numbers by name."""

    name: str
    batch: str
    gold: bool
    numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def see(self, what: str, *values: float) -> None:
        """Note numbers."""
        self.numbers[what] = np.array(values, float)

    def read(self, what: str, text: str) -> None:
        """Note a text: its length, and its first bytes."""
        self.numbers[what] = np.append(padded(text.encode(), _BYTES), len(text))


#: What is done to what was seen of gold on its way.
Leak = Callable[[_Seen], _Seen]


def run(*, quick: bool) -> Study:
    """Return the page."""
    batches, size = (2, 60) if quick else (8, 400)
    boots = 200 if quick else 2000
    with _service() as (house, folder):
        seen = _Purchase(house, folder, batches, size).live()
    found = _judged(seen, boots)
    plants = {
        name: _judged([leak(one) if one.gold else one for one in seen], boots)
        for name, leak in LEAKS.items()
    }
    runs = 1 if quick else 8
    with _service() as (house, _):
        rework, share = _rework(house, runs, 5 if quick else ROUNDS, boots)
    return Study(
        "What answers tell of gold",
        TEXT.format(
            batches=batches,
            size=size,
            items=len(seen),
            gold=sum(one.gold for one in seen),
            features=_rows(seen).shape[1],
            bytes=_BYTES,
            bad=BAD,
            showing=SHOWING,
            result=found_table({"answers as they are": found}),
            verdict=verdict(found),
            plants=found_table(plants),
            runs=runs,
            rounds=5 if quick else ROUNDS,
            rework=rework,
            share=share,
        ),
    )


def _judged(seen: Sequence[_Seen], boots: int, *, apart: Sequence[str] | None = None) -> Found:
    gold = np.array([one.gold for one in seen])
    return told_apart(_rows(seen), gold, [one.name for one in seen], boots=boots, apart=apart)


def _rows(seen: Sequence[_Seen]) -> Rows:
    """Return a row for each image; what was never seen of it is -1 throughout."""
    lengths: dict[str, int] = {}
    for one in seen:
        for what, values in one.numbers.items():
            lengths[what] = max(lengths.get(what, 0), values.size)
    rows = []
    for one in seen:
        parts = []
        for what, length in lengths.items():
            values = one.numbers.get(what, np.empty(0))
            parts.append(np.pad(values, (0, length - values.size), constant_values=-1))
        rows.append(np.concatenate(parts))
    return np.array(rows, np.float32)


def _slower(one: _Seen) -> _Seen:
    return _with(one, "asking takes", lambda values: values + 0.005)


def _one_finding_more(one: _Seen) -> _Seen:
    return _with(one, "findings 1", lambda values: values + 1)


def _first_on_the_bill(one: _Seen) -> _Seen:
    return _with(one, "bill", lambda values: np.append(values[0] * 0.7, values[1:]))


def _longer(one: _Seen) -> _Seen:
    return _with(one, "question heads", lambda values: values + 1)


def _with(
    one: _Seen, what: str, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> _Seen:
    values = one.numbers.get(what)
    return one if values is None else replace(one, numbers={**one.numbers, what: change(values)})


LEAKS: Mapping[str, Leak] = {
    "one finding more": _one_finding_more,
    "one byte more in the headers about a question": _longer,
    "5 ms more to answer a question": _slower,
    "gold in the first 70 % of the bill": _first_on_the_bill,
}


@contextmanager
def _service() -> Iterator[tuple["House", Path]]:
    from service.house import House

    with tempfile.TemporaryDirectory() as place:
        settings = Settings(
            data_dir=Path(place), workers=0, anchor_seconds=0, item_workers=1, publish_seconds=0
        )
        app = create_app(settings)
        with TestClient(app, base_url="http://assay.test") as client:
            yield House.furnish(app, client), Path(place)


class _Purchase:
    """One vendor's batches, from the package to the bill."""

    def __init__(self, house: "House", folder: Path, batches: int, size: int) -> None:
        from service.batches.work import prepare

        self._house, self._folder = house, folder
        self._batches, self._size = batches, size
        # Rounds of rework bring as many new images as they do again, at most.
        spare = batches * size // 2
        gold = round(batches * size * GOLD_SHARE * 2)
        self._work = prepare(house, images=batches * size + spare + gold, gold=0)
        self._rng = np.random.default_rng(SEED)
        self._truths = _make_gold(house, self._work, gold)
        self._seen: dict[str, _Seen] = {}

    def live(self) -> list[_Seen]:
        """Return what was seen of all images."""
        from service.billing.accepted import agree, bill, issue
        from service.deliveries.batches import Batch

        agree(self._house)
        batches = [self._one_batch(number) for number in range(self._batches)]
        invoice = issue(self._house, bill(self._house, Batch(batches[0], self._work.project)))
        answer = self._house.vendor.get(f"/vendor/invoices/{invoice['id']}/paper/versions.csv")
        rows = [*csv.DictReader(io.StringIO(answer.text))]
        for place, row in enumerate(rows):
            if (one := self._seen.get(row["item"])) is not None:
                told = {key: value for key, value in row.items() if key not in _IDS}
                one.see("bill", place / len(rows))
                one.read("bill entry", json.dumps(told))
        return [*self._seen.values()]

    def _one_batch(self, number: int) -> str:
        from service.batches.work import ask, step

        drawn = ask(self._house, self._work, size=self._size, reason="A study.").json()
        self._house.work()
        step(self._house.lead, drawn, "sending")
        batch = str(drawn["id"])
        self._round(batch, 1)
        self._ask_about_all(batch)
        self._deliver(batch, 1)
        if number % 2:
            self._decide(batch, "send back")
            self._house.work()
            self._round(batch, 2)
            self._deliver(batch, 2)
        self._decide(batch, "accept")
        return batch

    def _decide(self, batch: str, decision: str) -> None:
        body = {"decision": decision, "override": True, "reason": "A study."}
        self._house.lead.made(f"/batches/{batch}/decisions", body)

    def _round(self, batch: str, number: int) -> None:
        """Read the list and the package of a round."""
        inside = self._house.lead
        roles = {
            item["item"]: item["role"] == "gold" for item in _all(inside, f"/batches/{batch}/items")
        }
        data = self._house.vendor.get(f"/vendor/batches/{batch}/package").content
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            order = {Path(name).stem: place for place, name in enumerate(package.namelist())}
        for place, item in enumerate(_all(self._house.vendor, f"/vendor/batches/{batch}/items")):
            name = item["item"]
            if number > 1 and name not in self._seen:
                # Seen from here on: what of a round is new says nothing either.
                self._seen[name] = _Seen(name, batch, roles[name])
            one = self._seen.setdefault(name, _Seen(name, batch, roles[name]))
            one.see(f"list {number}", place, order[name])
            one.read(f"entry {number}", json.dumps({**item, "item": "", "file": ""}))
            one.read("name", name)

    def _ask_about_all(self, batch: str) -> None:
        vendor, expert = self._house.vendor, self._house.person("expert")
        for item in _all(vendor, f"/vendor/batches/{batch}/items"):
            one = self._seen[item["item"]]
            body = {"item": item["item"], "text": "Is this a car?"}
            begun = time.perf_counter()
            answer = vendor.post(f"/vendor/batches/{batch}/questions", json=body)
            asked = time.perf_counter()
            told = answer.json()
            expert.made(f"/questions/{told['id']}/answers", {"text": "Yes."})
            read = time.perf_counter()
            told = vendor.get(f"/vendor/questions/{told['id']}").json()
            one.see("asking takes", asked - begun, time.perf_counter() - read)
            heads = sum(len(name) + len(value) for name, value in answer.headers.items())
            one.see("question heads", answer.status_code, heads, len(answer.content))
            one.read("question id", told["id"])
            wait = _moment(told["due"]) - _moment(told["asked"])
            one.see("due", wait)
            same = {key: value for key, value in told.items() if key not in _OWN}
            one.read("question", json.dumps(same))

    def _deliver(self, batch: str, number: int) -> None:
        from service.deliveries.batches import Batch, archive, upload

        vendor = self._house.vendor
        assets = {
            item["item"]: item["asset"]
            for item in _all(self._house.lead, f"/batches/{batch}/items")
            if item["round"] == number
        }
        maps = {name: self._labelled(asset) for name, asset in sorted(assets.items())}
        sent = upload(vendor, Batch(batch, self._work.project), archive(self._folder, maps))
        self._house.work()
        found = _all(vendor, f"/vendor/deliveries/{sent['id']}/items")
        for place, item in enumerate(found):
            one = self._seen[item["item"]]
            severities = [finding["severity"] for finding in item["findings"]]
            one.see(f"found {number}", place / len(found), item["version"], item["readable"])
            one.see(
                f"findings {number}",
                item["errors"],
                item["warnings"],
                *(severities.count(word) for word in ("error", "warning", "info")),
            )
            text = json.dumps({**item, "item": ""}).replace(item["item"], "")
            one.read(f"found entry {number}", text)

    def _labelled(self, asset: str) -> NDArray[np.uint8]:
        """Return what the vendor's people draw of an image: bad now and then, gold or not."""
        pixels = self._truths.get(asset, _truth(self._rng)).copy()
        if self._rng.random() < BAD:
            pixels[:] = 1
            if self._rng.random() < SHOWING:
                pixels[4:8, 4:9] = 0
        return pixels


#: Of a bill's rows: ids, which are random.
_IDS = frozenset({"item", "version"})
#: Of a question: what is its own, or a moment.
_OWN = frozenset({"id", "item", "asked", "due", "batch", "messages", "first_answered"})


def _all(caller: Any, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": 200} | ({} if cursor is None else {"cursor": cursor})
        part = caller.seen(path, params=params)
        found += part["items"]
        cursor = part["next"]
        if cursor is None:
            return found


def _moment(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def _truth(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return right labels: road with a car somewhere."""
    pixels = np.ones(SHAPE, np.uint8)
    top, left = rng.integers(0, 12), rng.integers(0, 16)
    pixels[top : top + rng.integers(5, 12), left : left + rng.integers(6, 15)] = 2
    return pixels


def _make_gold(house: "House", work: "Work", count: int) -> dict[str, NDArray[np.uint8]]:
    """Make the first images of a project gold, with right labels; return those."""
    from service.deliveries.batches import ONTOLOGY

    rng = np.random.default_rng(SEED)
    path = f"/projects/{work.project}/assets"
    # Images come in random order, so the first are a random sample.
    assets = [entry["id"] for entry in _all(house.lead, path)][:count]
    truths = {asset: _truth(rng) for asset in assets}
    blobs = house.app.state.blobs
    with house.app.state.database.writing() as session:
        for asset, pixels in truths.items():
            label_map = LabelMap.from_dense(pixels)
            session.add(
                GoldRow(
                    id=new_id("gld"),
                    project_id=work.project,
                    asset_id=asset,
                    ontology_id=work.ontology,
                    number=1,
                    labels=blobs.put([encode_runs(label_map, index_digest(ONTOLOGY))]).digest,
                    label_digest=label_map.digest,
                    stratum="all",
                    state="active",
                    proposed_by="usr_a",
                    settled_by="usr_b",
                    alike=None,
                    created=clock.now(),
                    version=1,
                )
            )
    return truths


def _rework(house: "House", runs: int, rounds: int, boots: int) -> tuple[str, float]:
    """Return the table of rounds of rework, and the share of gold among new names."""
    from service.batches.work import prepare

    moments = sorted({1, 2, 5, 10, 20, rounds} & {*range(1, rounds + 1)})
    kept: dict[int, list[_Seen]] = {moment: [] for moment in moments}
    new: list[bool] = []
    for number in range(runs):
        work = prepare(house, images=60 + 16 * rounds, gold=12 + 2 * rounds)
        batch = _Batch(house, work, number)
        for turn in range(1, rounds + 1):
            batch.turn(turn)
            if turn in kept:
                kept[turn] += batch.unnamed()
        new += batch.new
    rows = []
    for turn, seen in kept.items():
        found = _judged(seen, boots, apart=[one.batch for one in seen])
        gold = sum(one.gold for one in seen)
        ends = f"{found.low:.3f}–{found.high:.3f}"
        rows.append([turn, f"{len(seen):,}", gold, f"{found.auc:.3f}", ends])
    titles = ["After rounds", "Items never named", "Gold among them", "AUC", "95 % interval"]
    return table(titles, rows), float(np.mean(new)) if new else 0.0


class _Batch:
    """A batch that is sent back again and again; deliveries are written into the database."""

    def __init__(self, house: "House", work: "Work", number: int) -> None:
        from service.batches.work import draw, step

        self._house = house
        drawn = draw(house, work, size=60)
        step(house.lead, drawn, "sending")
        self._id = str(drawn["id"])
        self._rng = np.random.default_rng([SEED, number])
        self._quality: dict[str, float] = {}
        self._first: dict[str, int] = {}
        self._named: dict[str, int] = {}
        self._shown: dict[str, bool] = {}
        self._looked: set[str] = set()
        self.new: list[bool] = []
        person = house.lead
        self._lead = Actor(
            user=person.user,
            organisation=person.organisation,
            kind="buyer",
            roles=frozenset({"lead"}),
        )

    def turn(self, turn: int) -> None:
        """Deliver what a round asks for, have people look at a part, and be sent back."""
        with self._house.app.state.database.writing() as session:
            batch = session.get_one(BatchRow, self._id)
            asked = [
                item
                for item in session.query(BatchItemRow).filter_by(batch_id=self._id)
                if item.round == batch.round
            ]
            delivery = _delivery(batch, turn)
            session.add(delivery)
            session.flush()
            for item in asked:
                self._hand_in(session, delivery, item, turn)
            batch.state = "judged"
            session.flush()
            weak = self._list(session)
            before = {
                item.alias for item in session.query(BatchItemRow).filter_by(batch_id=batch.id)
            }
            decide(
                session,
                self._lead,
                batch.id,
                decision="send back",
                reason="x",
                override=True,
                items=weak,
            )
            session.flush()
            for item in session.query(BatchItemRow).filter_by(batch_id=batch.id):
                if item.round == batch.round:
                    if item.alias in before:
                        self._named[item.alias] = self._named.get(item.alias, 0) + 1
                    else:
                        self.new.append(item.gold_id is not None)

    def unnamed(self) -> list[_Seen]:
        """Return what the vendor knows of all items that were handed in and never named."""
        with self._house.app.state.database.reading() as session:
            rows = session.query(BatchItemRow).filter_by(batch_id=self._id)
            found = []
            for item in rows:
                if item.alias in self._quality and item.alias not in self._named:
                    one = _Seen(item.alias, self._id, item.gold_id is not None)
                    one.see(
                        "all",
                        self._quality[item.alias],
                        self._first[item.alias],
                        self._shown[item.alias],
                    )
                    found.append(one)
            return found

    def _hand_in(self, session: Any, delivery: DeliveryRow, item: BatchItemRow, turn: int) -> None:
        again = item.alias in self._quality
        bad = not again and self._rng.random() < BAD
        shows = bad and self._rng.random() < SHOWING
        quality = float(self._rng.uniform(0.3, 0.6) if bad else self._rng.uniform(0.93, 1.0))
        self._quality[item.alias], self._shown[item.alias] = quality, shows
        self._first.setdefault(item.alias, turn)
        session.add(_version(delivery, item, quality, shows=shows, number=turn if again else 1))

    def _list(self, session: Any) -> list[str]:
        """Return the list that the service makes, people having looked at a part of the others."""
        from assay.service.batches.rework import hide_gold

        batch = session.get_one(BatchRow, self._id)
        rows = [*session.query(BatchItemRow).filter_by(batch_id=self._id)]
        others = [item.alias for item in rows if item.gold_id is None]
        self._looked |= {alias for alias in others if self._rng.random() < LOOKED}
        known = self._looked | {item.alias for item in rows if item.gold_id is not None}
        weak = [
            item.alias
            for item in rows
            if self._quality[item.alias] < 0.9 and (self._shown[item.alias] or item.alias in known)
        ]
        looked = len(self._looked & {*others}) / len(others)
        listed = hide_gold(session, batch, weak, looked=looked)
        # A list is never empty: else the buyer names any item.
        return listed or [next(item.alias for item in rows if item.gold_id is None)]


def _delivery(batch: BatchRow, number: int) -> DeliveryRow:
    now = clock.now()
    return DeliveryRow(
        id=new_id("del"), batch_id=batch.id, vendor_id=batch.vendor_id, number=number,
        round=batch.round, file_name="x.zip", blob=new_id("blb"), size=1, state="judged",
        format="index-png", findings=[], errors=0, warnings=0, items=1, received=now, judged=now,
    )  # fmt: skip


def _version(
    delivery: DeliveryRow, item: BatchItemRow, quality: float, *, shows: bool, number: int
) -> ItemVersionRow:
    gold = item.gold_id is not None
    return ItemVersionRow(
        id=new_id("ver"), delivery_id=delivery.id, batch_item_id=item.id,
        batch_id=delivery.batch_id, number=number, round=delivery.round, first=True,
        labels="1" * 64, label_digest="1" * 64, pixels=768, objects=1, vertices=4,
        errors=int(shows), warnings=0, findings=[], suspicion=0.0,
        score=quality if gold else None, severe=0 if gold else None, created=clock.now(),
    )  # fmt: skip
