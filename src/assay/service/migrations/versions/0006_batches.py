"""Vendor groups."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""

    op.create_table(
        "vendor_groups",
        sa.Column("vendor_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["organisations.id"], name=op.f("fk_vendor_groups_vendor_id")
        ),
        sa.PrimaryKeyConstraint("vendor_id", name=op.f("pk_vendor_groups")),
    )
    with op.batch_alter_table("vendor_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vendor_groups_name"), ["name"], unique=False)


def downgrade() -> None:
    """Take away what this version added."""

    with op.batch_alter_table("vendor_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vendor_groups_name"))

    op.drop_table("vendor_groups")
