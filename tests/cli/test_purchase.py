"""The purchase that the demo lives through: every step by the API, told once a folder."""

from pathlib import Path

import pytest

from assay.cli.purchase.telling import run_purchase


@pytest.mark.slow
def test_the_demo_lives_through_a_purchase_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_purchase(tmp_path / "service", seed=1, serve=False, port=0)
    told = capfd.readouterr().out
    for said in (
        "13 classes have no picture, which blocks sending work out.",
        "a second agreed to each.",
        "1. Northlight",
        "Awarded to Northlight",
        "Batch 3",
        "so it is sent back.",
        "fresh gold among them",
        "now a rule in version 2",
        "EUR, paid.",
    ):
        assert said in told, told
    accounts = (tmp_path / "service" / "ACCOUNTS.txt").read_text()
    assert "lea.lead@example.com" in accounts
    run_purchase(tmp_path / "service", seed=1, serve=False, port=0)
    assert "was lived through before" in capfd.readouterr().out
