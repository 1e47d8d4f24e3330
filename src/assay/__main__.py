"""``python -m assay`` is the command ``assay``."""

from assay.cli.process import run

run()
