"""Weekly summaries."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""

    op.create_table(
        "weekly_summaries",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_weekly_summaries_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_summaries")),
        sa.UniqueConstraint("project_id", "week", name=op.f("uq_weekly_summaries_project_id_week")),
    )
    with op.batch_alter_table("weekly_summaries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_weekly_summaries_project_id"), ["project_id"], unique=False
        )


def downgrade() -> None:
    """Take away what this version added."""

    with op.batch_alter_table("weekly_summaries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weekly_summaries_project_id"))

    op.drop_table("weekly_summaries")
