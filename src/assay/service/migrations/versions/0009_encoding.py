"""The encoding of images."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("image_encoding", sa.String(length=10), server_default="png", nullable=False)
        )


def downgrade() -> None:
    """Take away what this version added."""

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_column("image_encoding")
