"""Whatever is done at once and again, nothing is paid twice and no cent is lost."""

from studies.billing import play

from assay.service.database import Database


def test_random_histories_bill_every_accepted_version_once(database_url: str) -> None:
    database = Database(database_url)
    counts = play(database, 2, seed=7)
    database.close()
    assert counts.accepted > 0
    assert counts.steps["done"] > 0
    assert (counts.twice, counts.never, counts.off, counts.gaps) == (0, 0, 0, 0)
    assert not counts.crashes
