"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take away what this version added."""
    ${downgrades if downgrades else "pass"}
