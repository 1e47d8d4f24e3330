"""What is sealed opens as it was, or not at all."""

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import StorageError
from assay.service.storage.sealing import (
    CHUNK,
    Keyring,
    WrappedKey,
    new_data_key,
    new_master_key,
    seal,
    sealed_size,
    unseal,
)

KEY = bytes(range(32))
THREE_CHUNKS = bytes(range(256)) * (5 * CHUNK // 512)


def sealed(data: bytes, name: str = "blob") -> bytes:
    return b"".join(seal([data], KEY, name))


def opened(data: bytes, name: str = "blob") -> bytes:
    return b"".join(unseal([data], KEY, name))


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(1, 40))
def test_any_bytes_in_any_pieces_come_back(pieces: list[bytes], step: int) -> None:
    whole = b"".join(seal(pieces, KEY, "blob"))
    again = (whole[start : start + step] for start in range(0, len(whole), step))
    assert b"".join(unseal(again, KEY, "blob")) == b"".join(pieces)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_sizes_about_a_chunk_come_back_and_have_the_size_foretold(size: int) -> None:
    data = (THREE_CHUNKS * 2)[:size]
    assert len(sealed(data)) == sealed_size(size)
    assert opened(sealed(data)) == data


def chunks(whole: bytes) -> list[bytes]:
    step = CHUNK + 16
    return [whole[start : start + step] for start in range(0, len(whole), step)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: whole + b"\0",
        lambda _whole: b"",
        lambda whole: whole[:5],
        lambda whole: b"".join(chunks(whole)[:2]),
        lambda whole: b"".join(chunks(whole)[:1]),
        lambda whole: b"".join(chunks(whole)[1:]),
        lambda whole: b"".join(chunks(whole)[place] for place in (1, 0, 2)),
        lambda whole: b"".join(chunks(whole)[place] for place in (0, 0, 1, 2)),
        lambda whole: whole + sealed(b"more"),
        lambda _whole: sealed(THREE_CHUNKS, "another"),
        lambda whole: bytes([whole[0] ^ 1]) + whole[1:],
        lambda whole: whole[:-1] + bytes([whole[-1] ^ 128]),
    ],
)
def test_cut_added_swapped_repeated_and_changed_bytes_are_refused(
    spoil: Callable[[bytes], bytes],
) -> None:
    with pytest.raises(StorageError, match="is damaged"):
        opened(spoil(sealed(THREE_CHUNKS)))


def test_a_large_file_is_sealed_and_opened_in_bounded_memory() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(400):
            yield bytes(100_000)

    tracemalloc.start()
    size = sum(map(len, unseal(seal(pieces(), KEY, "blob"), KEY, "blob")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 40_000_000
    assert peak < 4_000_000


def test_equal_data_is_sealed_differently_each_time() -> None:
    one, two = (b"".join(seal([b"same"], new_data_key(), "blob")) for _ in range(2))
    assert one != two


def test_a_key_opens_under_its_own_name_alone() -> None:
    ring = Keyring.parse(new_master_key("a"))
    wrapped = ring.wrap(KEY, "blob")
    assert ring.unwrap(wrapped, "blob") == KEY
    with pytest.raises(StorageError, match="another object's"):
        ring.unwrap(wrapped, "other")
    with pytest.raises(StorageError, match="does not open"):
        ring.unwrap(WrappedKey("a", wrapped.sealed[:-1]), "blob")
    with pytest.raises(StorageError, match="does not open"):
        ring.unwrap(WrappedKey("a", b""), "blob")


def test_after_rotation_old_keys_open_until_they_are_wrapped_anew() -> None:
    old, new = new_master_key("2025"), new_master_key("2026")
    wrapped = Keyring.parse(old).wrap(KEY, "blob")
    both = Keyring.parse(f"{new}\n{old}\n")
    again = both.rewrap(wrapped, "blob")
    assert (wrapped.master, again.master) == ("2025", "2026")
    assert Keyring.parse(new).unwrap(again, "blob") == KEY
    assert both.rewrap(again, "blob") is again
    with pytest.raises(StorageError, match=r"'2025', which is not at hand \(there are: 2026\)"):
        Keyring.parse(new).unwrap(wrapped, "blob")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no master key"),
        ("a", "32 bytes"),
        ("a:AAAA", "32 bytes"),
        (":" + new_master_key("a")[2:], "32 bytes"),
        ("a:?", "32 bytes"),
        (new_master_key("a") + "," + new_master_key("a"), "same id"),
    ],
    # Keys are new every time, and both workers must know a test by one name.
    ids=["nothing", "no key", "short", "no id", "no base64", "one id twice"],
)
def test_a_setting_that_holds_no_keys_is_refused_without_being_shown(
    text: str, reason: str
) -> None:
    with pytest.raises(StorageError, match=reason) as caught:
        Keyring.parse(text)
    assert len(text) < 3 or text not in str(caught.value)


def test_a_keyring_does_not_show_its_keys() -> None:
    ring = Keyring.parse(new_master_key("a"))
    assert repr(ring) == "Keyring(current='a')"
