"""How Alembic runs: on a connection that it is given, knowing the tables of every area."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext

from assay.service.database import UtcTime
from assay.service.tables import METADATA


def _render(kind: str, value: object, _: AutogenContext) -> Any:  # noqa: ANN401 - Alembic's signature
    # A migration stands on SQLAlchemy alone: what our own types mean may change, it may not.
    if kind == "type" and isinstance(value, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=_render,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
