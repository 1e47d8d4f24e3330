"""Pictures of guidelines."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this version adds."""

    op.create_table(
        "guideline_pictures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("guideline_id", sa.String(length=64), nullable=False),
        sa.Column("class_name", sa.String(length=200), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guideline_id"], ["guidelines.id"], name=op.f("fk_guideline_pictures_guideline_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guideline_pictures")),
        sa.UniqueConstraint(
            "guideline_id",
            "class_name",
            "right",
            "blob",
            name=op.f("uq_guideline_pictures_guideline_id_class_name_right_blob"),
        ),
    )
    with op.batch_alter_table("guideline_pictures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guideline_pictures_guideline_id"), ["guideline_id"], unique=False
        )

    with op.batch_alter_table("edge_cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.String(length=64), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_edge_cases_question_id"), ["question_id"], unique=False
        )


def downgrade() -> None:
    """Take away what this version added."""

    with op.batch_alter_table("edge_cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edge_cases_question_id"))
        batch_op.drop_column("question_id")

    with op.batch_alter_table("guideline_pictures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guideline_pictures_guideline_id"))

    op.drop_table("guideline_pictures")
