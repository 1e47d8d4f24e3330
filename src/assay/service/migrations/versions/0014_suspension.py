"""When a vendor was suspended."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take away what this version added."""
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_column("suspended")
