"""A pilot on real images through the service: an expert and a crowd worker are the vendors."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from studies import bu_bil

from assay.delivery import Delivery
from assay.formats import write_delivery
from assay.simulate.class_file import ontology_file
from service.assets.images import bring, packed, png
from service.batches.work import publish
from service.deliveries.batches import Batch, upload
from service.house import Caller, House

IMAGES = 12


def photograph(folder: Path, case: bu_bil.Case) -> NDArray[np.uint8]:
    """Return a case's crop at its place in the frame, grey around it."""
    with Image.open(case.gold) as image:
        frame = Image.new("RGB", image.size, (90, 90, 90))
    paths = {path.stem.lower(): path for path in (folder / "RawImages").iterdir()}
    with Image.open(paths[case.name]) as raw:
        frame.paste(raw.convert("RGB"), (case.left, case.top))
    return np.asarray(frame)


def archive_of(delivery: Delivery, keys: dict[str, str], folder: Path) -> bytes:
    """Return a delivery's maps under other names, as a zip of index PNGs."""
    maps = []
    for alias, key in sorted(keys.items()):
        label_map = delivery.read(key).label_map
        assert label_map is not None
        maps.append((alias, label_map))
    write_delivery(maps, folder, bu_bil.ONTOLOGY, format="index-png")
    return packed({path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))})


def recognised(package: bytes, looks: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each image in a package with the case that it shows."""
    with zipfile.ZipFile(io.BytesIO(package)) as entries:
        for name in entries.namelist():
            if name.startswith("images/"):
                with Image.open(io.BytesIO(entries.read(name))) as image:
                    yield Path(name).stem, looks[look(np.asarray(image.convert("RGB")))]


def look(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def label(caller: Caller, batch: str, work: Delivery, looks: dict[str, str], folder: Path) -> None:
    """Take a package, label what it shows, and hand it in: all by the vendor's own routes."""
    package = caller.get(f"/vendor/batches/{batch}/package").content
    keys = dict(recognised(package, looks))
    upload(caller, Batch(batch, ""), archive_of(work, keys, folder))


def test_experts_win_a_pilot_against_one_crowd_worker(
    house: House, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "bu_bil" / "BU-BIL_Dataset4"
    cases = list(bu_bil.cases(folder, 4))[:IMAGES]
    pictures = {case.name: photograph(folder, case) for case in cases}
    body = {"name": "Melanoma", "currency": "EUR", "budget_minor": 10_000}
    project = house.lead.made("/projects", body)["id"]
    ontology, _ = publish(house, project, toml=ontology_file(bu_bil.ONTOLOGY))
    found = bring(house, project, packed({f"{n}.png": png(p) for n, p in pictures.items()}))
    assert found["added"] == IMAGES
    propose_gold(house, project, ontology, bu_bil.gold(cases), tmp_path / "gold")
    vendors = [house.organisations[name] for name in ("northlight", "pixelforge")]
    order = {"name": "Cells", "vendors": vendors, "size": IMAGES}
    pilot = house.lead.made(f"/projects/{project}/pilots", order)
    house.work()
    path = f"/projects/{project}/pilots/{pilot['id']}"
    house.lead.made(f"{path}/sending")
    batches = {part["vendor"]: part["batch"] for part in pilot["batches"]}
    looks = {look(pixels): name for name, pixels in pictures.items()}
    expert, crowd = bu_bil.expert(folder, cases, "Expert1"), bu_bil.worker(folder, cases, 1)
    label(house.vendor, batches[vendors[0]], expert, looks, tmp_path / "expert")
    label(house.rival, batches[vendors[1]], crowd, looks, tmp_path / "crowd")
    house.work()
    house.lead.made(f"{path}/judgement", {})
    house.work()
    judged = house.lead.seen(path)["found"]
    by_vendor: dict[str, Any] = {entry["vendor"]: entry for entry in judged["vendors"]}
    assert by_vendor[vendors[0]]["rank"] == 1
    assert by_vendor[vendors[0]]["value"] > 0.9
    assert by_vendor[vendors[0]]["low"] > by_vendor[vendors[1]]["value"]


def propose_gold(house: House, project: str, ontology: str, gold: Delivery, folder: Path) -> None:
    """Have one expert hand in gold and a second agree to all of it."""
    data = archive_of(gold, {key: key for key in gold.keys}, folder)
    first, second = house.person("expert"), house.person("expert", name="second")
    params = {"ontology": ontology, "file_name": "gold.zip"}
    headers = {"content-type": "application/octet-stream"}
    path = f"/projects/{project}/gold"
    answer = first.post(f"{path}/proposals", content=data, params=params, headers=headers)
    assert answer.status_code == 201, answer.text
    house.work()
    for entry in second.seen(path, params={"limit": 200})["items"]:
        second.made(f"{path}/{entry['id']}/agreement")
