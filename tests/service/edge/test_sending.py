"""A download that broke off goes on where it ended (RFC 9110, section 14)."""

from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import StorageError
from assay.service.sending import ByteRange, RangeError
from assay.service.storage.blobs import Blobs
from assay.service.storage.local import LocalObjects
from assay.service.storage.sealing import CHUNK, Keyring, new_master_key
from service.deliveries.batches import send_batch
from service.house import House

DATA = Random(1).randbytes(2 * CHUNK + 1000)  # noqa: S311 - no secret
TAG = f'"{sha256(DATA).hexdigest()}"'


@pytest.fixture
def path(house: House) -> str:
    """The address of a delivery's archive."""
    batch, vendor = send_batch(house), house.vendor
    digest = house.app.state.blobs.put([DATA]).digest
    order = {"file_name": "Straße.zip", "size": len(DATA), "sha256": digest}
    upload = vendor.made(f"/vendor/batches/{batch.id}/uploads", order)["id"]
    begin = {"upload-offset": "0"}
    vendor.patch(f"/vendor/uploads/{upload}", content=DATA, headers=begin)
    delivery = vendor.made(f"/vendor/uploads/{upload}/completion")["id"]
    return f"/deliveries/{delivery}/archive"


def test_a_download_goes_on_where_it_ended(house: House, path: str) -> None:
    whole = house.lead.get(path)
    assert whole.status_code == 200
    assert whole.content == DATA
    assert whole.headers["etag"] == TAG
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''Stra%C3%9Fe.zip"
    here = 300_000
    rest = house.lead.get(path, headers={"range": f"bytes={here}-", "if-range": TAG})
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes {here}-{len(DATA) - 1}/{len(DATA)}"
    assert rest.headers["content-length"] == str(len(DATA) - here)
    assert DATA[:here] + rest.content == DATA


def test_of_another_file_the_whole_is_sent(house: House, path: str) -> None:
    for known in ('"0"', f"W/{TAG}", "Thu, 26 Nov 2026 00:00:00 GMT"):
        answer = house.lead.get(path, headers={"range": "bytes=5-", "if-range": known})
        assert answer.status_code == 200
        assert answer.content == DATA


def test_the_end_can_be_asked_for(house: House, path: str) -> None:
    answer = house.lead.get(path, headers={"range": "bytes=-7"})
    assert (answer.status_code, answer.content) == (206, DATA[-7:])


def test_bytes_that_are_not_there_are_told_with_the_size(house: House, path: str) -> None:
    for asked in (f"bytes={len(DATA)}-", "bytes=-0"):
        answer = house.lead.get(path, headers={"range": asked})
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(DATA)}"
        assert "you have all of it" in answer.json()["detail"]


def test_who_may_not_have_the_whole_may_not_have_a_part(house: House, path: str) -> None:
    assert house.vendor.get(path, headers={"range": "bytes=0-1"}).status_code == 403
    assert house.nobody.get(path, headers={"range": "bytes=0-1"}).status_code == 401


def test_the_description_says_where_ranges_are_taken(house: House) -> None:
    paths = house.nobody.get("/openapi.json").json()["paths"]
    taking = [
        path for path, way in paths.items() if "206" in way.get("get", {}).get("responses", {})
    ]
    assert "/api/v1/vendor/batches/{batch}/package" in taking
    operation = paths["/api/v1/vendor/batches/{batch}/package"]["get"]
    assert {"Range", "If-Range"} <= {each["name"] for each in operation["parameters"]}
    assert "416" in operation["responses"]


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9, -]*", fullmatch=True), st.integers(0, 99))
def test_no_header_asks_for_what_is_not_there(header: str, size: int) -> None:
    try:
        found = ByteRange.parse(header, size)
    except RangeError:
        return
    assert found is None or 0 <= found.start < found.stop <= size


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Blobs:
    folder = tmp_path_factory.mktemp("sealed")
    blobs = Blobs(LocalObjects(folder), Keyring.parse(new_master_key("1")))
    for size in SIZES:
        blobs.put([DATA[:size]])
    return blobs


SIZES = (1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(DATA))
#: Places in a file, many of them where chunks meet.
PLACES = st.integers(0, len(DATA)) | st.builds(
    lambda chunk, by: max(0, chunk * CHUNK + by), st.integers(0, 2), st.integers(-2, 2)
)


@settings(deadline=None, max_examples=60)
@given(size=st.sampled_from(SIZES), cuts=st.lists(PLACES, max_size=6))
def test_whatever_is_asked_for_in_turn_is_together_the_whole(
    sealed: Blobs, size: int, cuts: list[int]
) -> None:
    envelope = sealed.envelope(sha256(DATA[:size]).hexdigest())
    places = sorted({0, size, *(cut for cut in cuts if cut < size)})
    parts = list(pairwise(places))
    got = [b"".join(sealed.stretch(envelope, start, stop)) for start, stop in parts]
    assert [len(each) for each in got] == [stop - start for start, stop in parts]
    assert b"".join(got) == DATA[:size]


def test_a_part_of_damaged_bytes_is_refused_and_no_more_is_read(tmp_path: Path) -> None:
    blobs = Blobs(LocalObjects(tmp_path), Keyring.parse(new_master_key("1")))
    envelope = blobs.envelope(blobs.put([DATA]).digest)
    file = tmp_path / envelope.data_name
    damaged = bytearray(file.read_bytes())
    damaged[CHUNK + 100] ^= 1
    file.write_bytes(damaged)
    assert b"".join(blobs.stretch(envelope, 0, CHUNK)) == DATA[:CHUNK]
    assert b"".join(blobs.stretch(envelope, 2 * CHUNK, len(DATA))) == DATA[2 * CHUNK :]
    with pytest.raises(StorageError, match=f"damaged from byte {CHUNK} on"):
        b"".join(blobs.stretch(envelope, CHUNK + 5, CHUNK + 6))
    # Cut at a chunk's end, the last chunk does not pass for the whole.
    file.write_bytes(damaged[: 2 * (CHUNK + 16)])
    with pytest.raises(StorageError, match="is damaged"):
        b"".join(blobs.stretch(envelope, 2 * CHUNK, len(DATA)))
