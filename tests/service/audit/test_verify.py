"""Nothing is changed unseen, and nothing honest is blamed."""

import pytest

from assay.service.audit.verify import Anchors, verify
from service.audit.logs import KEY, NOON, anchors, chained, event, lines

LOG = chained(event(number) for number in range(12))


@pytest.mark.parametrize("leaves", [True, False])
@pytest.mark.parametrize("sizes", [(), (1,), (12,), (3, 8), tuple(range(1, 13))])
def test_an_honest_log_is_sound(sizes: tuple[int, ...], *, leaves: bool) -> None:
    verdict = verify(lines(LOG), anchors(LOG, *sizes, leaves=leaves))
    assert verdict.sound
    assert (verdict.entries, verdict.anchored) == (12, max(sizes, default=0))


def test_an_edited_entry_is_named() -> None:
    spoilt = lines(LOG)
    spoilt[4] = spoilt[4].replace(b"usr_1", b"usr_2")
    fault = verify(spoilt, anchors(LOG, 12)).fault
    assert fault is not None
    assert (fault.sequence, fault.sound) == (5, 4)
    assert str(fault).startswith("Entry 5 is the first that is wrong:")


def test_without_anchors_an_edit_shows_in_the_next_entry() -> None:
    spoilt = lines(LOG)
    spoilt[4] = spoilt[4].replace(b"usr_1", b"usr_2")
    fault = verify(spoilt, Anchors()).fault
    assert fault is not None
    assert fault.sequence == 6
    assert "digest of the entry before" in fault.reason


def test_a_log_chained_anew_is_seen_by_its_anchors_alone() -> None:
    rewritten = chained(
        event(number, forged=1) if number == 4 else event(number) for number in range(12)
    )
    assert verify(lines(rewritten), Anchors()).sound
    exact = verify(lines(rewritten), anchors(LOG, 3, 8)).fault
    rough = verify(lines(rewritten), anchors(LOG, 3, 8, leaves=False)).fault
    assert exact is not None
    assert rough is not None
    assert (exact.sequence, exact.sound) == (5, 4)
    assert (rough.sequence, rough.sound) == (8, 3)
    assert str(rough).startswith("Wrong between entries 4 and 8:")


def test_an_end_that_was_cut_off_is_named() -> None:
    verdict = verify(lines(LOG[:9]), anchors(LOG, 3, 12))
    assert verdict.fault is not None
    assert (verdict.fault.sequence, verdict.fault.sound) == (10, 9)
    assert "old copy" in verdict.fault.reason
    assert verify(lines(LOG[:9]), anchors(LOG, 3, leaves=False)).sound


def test_two_heads_of_one_size_prove_a_rewriting_whichever_log_is_shown() -> None:
    other = chained(event(number, forged=1) for number in range(12))
    both = Anchors((*anchors(LOG, 8).heads, *anchors(other, 8).heads))
    assert not verify(lines(LOG), both).sound
    assert not verify(lines(other), both).sound


def test_leaves_that_no_head_vouches_for_are_not_believed() -> None:
    forged = [bytes(32)] * 12
    note = KEY.sign(12, bytes(32), NOON)
    assert Anchors.of([note], KEY.public, forged).leaves == []
    assert len(anchors(LOG, 3, 8).leaves) == 8


@pytest.mark.parametrize("line", [b"", b"\xff\n", b"{}\n", b"null", lines(LOG)[0][:-1] + b"\r\n"])
def test_any_other_line_is_a_fault_and_no_crash(line: bytes) -> None:
    fault = verify([line], Anchors()).fault
    assert fault is not None
    assert fault.sequence == 1
