"""Options that several commands have, each said once."""

from pathlib import Path
from typing import Annotated

import typer

Ontology = Annotated[Path, typer.Option(help="Class file, TOML or JSON.", show_default=False)]
Gallery = Annotated[Path | None, typer.Option(help="Photographs, shown in the gallery.")]
Strata = Annotated[Path | None, typer.Option(help="CSV with columns item, stratum.")]
Json = Annotated[Path | None, typer.Option(help="Write the JSON document; - for standard output.")]
Html = Annotated[Path | None, typer.Option(help="Write the report as one HTML page.")]
Csv = Annotated[Path | None, typer.Option(help="Write the scores of each image and class.")]
FailOn = Annotated[
    str, typer.Option(help="Exit with 1 on findings this severe: error, warning, info or never.")
]
Workers = Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one a processor.")]
Measures = Annotated[str, typer.Option(help="Measures to take, with commas; empty for all.")]
Seed = Annotated[int, typer.Option(help="Seed of the resampling behind every interval.")]
