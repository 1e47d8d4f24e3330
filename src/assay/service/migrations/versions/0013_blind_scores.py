"""Scores of ordinary work by gold that was made afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""
    op.create_table(
        "blind_scores",
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("gold_id", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("severe", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gold_id"], ["gold.id"], name=op.f("fk_blind_scores_gold_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_versions.id"], name=op.f("fk_blind_scores_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_blind_scores")),
    )
    with op.batch_alter_table("blind_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blind_scores_gold_id"), ["gold_id"], unique=False)


def downgrade() -> None:
    """Take away what this version added."""
    with op.batch_alter_table("blind_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blind_scores_gold_id"))

    op.drop_table("blind_scores")
