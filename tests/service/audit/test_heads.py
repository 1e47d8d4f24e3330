"""A head is believed by its signature alone."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assay.errors import AuditError
from assay.service.audit.heads import PublicKey, SigningKey
from service.audit.logs import KEY, NOON

ROOT = bytes(range(32))
NOTE = KEY.sign(7, ROOT, NOON)


def test_a_signed_head_says_what_was_signed() -> None:
    head = KEY.public.check(NOTE)
    assert (head.log, head.size, head.root) == ("assay.example", 7, ROOT)
    assert head.time == "2026-01-01T12:00:00.000000Z"


def test_a_head_is_a_signed_note_that_other_tools_read() -> None:
    text, _, signature = NOTE.partition("\n\n")
    dash, name, encoded = signature.split()
    raw = base64.b64decode(encoded)
    assert text.splitlines()[:3] == ["assay.example", "7", base64.b64encode(ROOT).decode()]
    assert (dash, name) == ("—", "assay.example")
    assert KEY.public.text.startswith(f"assay.example+{raw[:4].hex()}+")
    Ed25519PublicKey.from_public_bytes(KEY.public.raw).verify(raw[4:], f"{text}\n".encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("\n7\n", "\n8\n"),
        lambda note: note.replace("2026-01", "2026-02"),
        lambda note: note.replace("time ", "Time "),
        lambda note: note.replace("\n7\n", "\n07\n"),
        lambda note: note.replace("\n7\n", "\n-7\n"),
        lambda note: note.replace("AAEC", "AAED"),
        lambda note: note.replace("assay.example", "other.example"),
        lambda note: note.replace("— ", "- "),
        lambda note: note[:-9],
        lambda note: note.partition("\n\n")[0],
        lambda _note: "",
        lambda _note: SigningKey.generate("assay.example").sign(7, ROOT, NOON),
        lambda _note: SigningKey("other.example", KEY.raw).sign(7, ROOT, NOON),
    ],
)
def test_a_head_that_was_changed_or_signed_by_others_is_refused(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(AuditError):
        KEY.public.check(spoil(NOTE))


def test_keys_read_back_from_their_lines() -> None:
    assert SigningKey.parse(KEY.text + "\n") == KEY
    assert PublicKey.parse(KEY.public.text + "\n") == KEY.public
    assert base64.b64encode(KEY.raw).decode() not in repr(KEY)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", KEY.public.text[:-4], KEY.text])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(AuditError, match="public key"):
        PublicKey.parse(text)


@pytest.mark.parametrize("text", ["", "name", "name AAAA", "name ?"])
def test_what_is_no_signing_key_is_refused(text: str) -> None:
    with pytest.raises(AuditError, match="signing key"):
        SigningKey.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_would_break_a_note_is_refused(name: str) -> None:
    with pytest.raises(AuditError, match="host"):
        SigningKey.generate(name)
