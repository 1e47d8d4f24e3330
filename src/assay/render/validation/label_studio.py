"""Findings as tasks of Label Studio, with a prediction that shows them.

The format: https://labelstud.io/guide/predictions, and /tags/rectanglelabels for its values.
"""

import json
from typing import Any
from urllib.parse import quote

from assay.delivery import Finding, Region
from assay.render.validation.exports import Export, ImageNames, ReviewedImage, reviewed_images
from assay.render.writing import encodable
from assay.validation.report import ValidationReport

#: The labelling configuration that the tasks are made for.
CONFIG = """\
<View>
  <Image name="image" value="$image" zoom="true"/>
  <RectangleLabels name="finding" toName="image">
    <Label value="error" background="#c62828"/>
    <Label value="warning" background="#d55e00"/>
    <Label value="info" background="#0072b2"/>
  </RectangleLabels>
  <TextArea name="message" toName="image" perRegion="true" editable="true" rows="3"/>
  <TextArea name="note" toName="image" editable="true" rows="3"/>
</View>"""


def label_studio_json(report: ValidationReport, names: ImageNames) -> str:
    """Return one task for each image with findings, as a JSON array."""
    tasks = [_task(image, report, names) for image in reviewed_images(report)]
    return encodable(json.dumps(tasks, ensure_ascii=False, indent=1)) + "\n"


def _task(image: ReviewedImage, report: ValidationReport, names: ImageNames) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    for place, finding in enumerate(image.findings, 1):
        if finding.region is not None and image.size is not None:
            results += _box(f"finding-{place}", finding, finding.region, image.size)
    notes = [_words(f) for f in image.findings if f.region is None or image.size is None]
    if notes:
        note = {"id": "note", "from_name": "note", "to_name": "image", "type": "textarea"}
        results.append({**note, "value": {"text": notes}})
    path = encodable(names.of(image.key))
    return {
        "data": {
            "image": names.url + quote(path),
            "item": _storable(image.key),
            "delivery": _storable(report.delivery),
        },
        "predictions": [{"model_version": f"assay {report.version}", "result": results}],
    }


def _box(
    name: str, finding: Finding, region: Region, size: tuple[int, int]
) -> list[dict[str, Any]]:
    """Return a rectangle, in percent of the image, and what is said of it."""
    height, width = size
    box = {
        "x": 100 * region.left / width,
        "y": 100 * region.top / height,
        "width": 100 * (region.right - region.left) / width,
        "height": 100 * (region.bottom - region.top) / height,
        "rotation": 0,
    }
    shared = {
        "id": name,
        "to_name": "image",
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
    }
    label = {"from_name": "finding", "type": "rectanglelabels"}
    words = {"from_name": "message", "type": "textarea"}
    return [
        {**shared, **label, "value": {**box, "rectanglelabels": [finding.severity.value]}},
        {**shared, **words, "value": {**box, "text": [_words(finding)]}},
    ]


def _words(finding: Finding) -> str:
    return _storable(f"{finding.rule}: {finding.message} {finding.remedy}")


def _storable(text: str) -> str:
    """Return text that a server on PostgreSQL can hold, whose JSON has no NUL."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


LABEL_STUDIO = Export(
    name="label-studio",
    summary="Label Studio: tasks with a prediction of one rectangle per finding",
    advice=f"""\
One JSON file for *Import* of a Label Studio project: a task for each image with findings, and in it
a prediction. Each finding with a region is a rectangle whose label is its severity; rule, message
and remedy stand in its text. Findings without a region are a note of the image. Reviewers accept a
prediction as an annotation, and correct or delete rectangles.

Give the project this labelling configuration:

```xml
{CONFIG}
```

Tasks name the images by address. `--image-url` is what stands before the path of an image; its
default, `/data/local-files/?d=`, reads the files that the server finds under its
`LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT`, with local storage switched on. With `--images` the paths
are those of the photographs, without it they are guessed to be JPEGs. Findings about the delivery
as a whole have no image and are not in the file.

Tried with Label Studio 1.23.2: what it stores of a file, and what it exports of an accepted
prediction, equals what was written.""",
    text=label_studio_json,
)
