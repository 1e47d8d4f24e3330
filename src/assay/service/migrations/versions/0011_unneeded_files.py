"""Stored files that nothing refers to, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""

    op.create_table(
        "unneeded_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_unneeded_files")),
    )


def downgrade() -> None:
    """Take away what this version added."""

    op.drop_table("unneeded_files")
