"""Findings as *CVAT for images 1.1*: one box, or one tag, for each.

The format: https://docs.cvat.ai/docs/other/xml_format, version 1.1, annotation mode.
"""

import re
from xml.etree import ElementTree as ET

from assay.delivery import Finding, Severity
from assay.render.validation.exports import Export, ImageNames, ReviewedImage, reviewed_images
from assay.validation.report import ValidationReport

#: The label of every box and tag.
LABEL = "assay-finding"
_COLOR = "#d55e00"

#: What XML 1.0 (section 2.2) has no way to write, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cvat_xml(report: ValidationReport, names: ImageNames) -> str:
    """Return the listed findings of items as an XML document.

    Only images with findings are in it.  CVAT finds them by name without extension; ``id`` is their
    place in the delivery.
    """
    images = list(reviewed_images(report))
    root = ET.Element("annotations")
    _add(root, "version", "1.1")
    root.append(_meta(report, len(images)))
    for image in images:
        root.append(_image(image, names))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _meta(report: ValidationReport, images: int) -> ET.Element:
    meta = ET.Element("meta")
    task = _add(meta, "task")
    _add(task, "name", f"Findings in {report.delivery}")
    _add(task, "size", str(images))
    _add(task, "mode", "annotation")
    _add(task, "overlap", "0")
    label = _add(_add(task, "labels"), "label")
    _add(label, "name", LABEL)
    _add(label, "color", _COLOR)
    _add(label, "type", "any")
    attributes = _add(label, "attributes")
    severities = tuple(severity.value for severity in Severity)
    for name, kind, values in (
        ("rule", "text", ()),
        ("severity", "select", severities),
        ("message", "text", ()),
        ("remedy", "text", ()),
    ):
        attribute = _add(attributes, "attribute")
        _add(attribute, "name", name)
        _add(attribute, "mutable", "False")
        _add(attribute, "input_type", kind)
        _add(attribute, "default_value", values[0] if values else "")
        _add(attribute, "values", "\n".join(values))
    return meta


def _image(image: ReviewedImage, names: ImageNames) -> ET.Element:
    attributes = {"id": str(image.place), "name": _writable(names.of(image.key))}
    if image.size is not None:
        height, width = image.size
        attributes |= {"width": str(width), "height": str(height)}
    element = ET.Element("image", attributes)
    for finding in image.findings:
        element.append(_mark(finding))
    return element


def _mark(finding: Finding) -> ET.Element:
    """Return a box where the finding has a region, else a tag of the whole image."""
    region = finding.region
    if region is None:
        mark = ET.Element("tag", {"label": LABEL, "source": "file"})
    else:
        # CVAT counts pixel edges as well: a box of one pixel is one wide.
        sides = {
            "xtl": region.left,
            "ytl": region.top,
            "xbr": region.right,
            "ybr": region.bottom,
        }
        box = {name: f"{value:.2f}" for name, value in sides.items()}
        shared = {"label": LABEL, "source": "file", "occluded": "0"}
        mark = ET.Element("box", {**shared, **box, "z_order": "0"})
    for name, value in (
        ("rule", finding.rule),
        ("severity", finding.severity.value),
        ("message", finding.message),
        ("remedy", finding.remedy),
    ):
        attribute = _add(mark, "attribute", value)
        attribute.set("name", name)
    return mark


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = None if text is None else _writable(text)
    return child


def _writable(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


CVAT = Export(
    name="cvat",
    summary="CVAT for images 1.1: boxes and tags with rule, severity, message and remedy",
    advice=f"""\
One XML file for *Upload annotations* of a CVAT task or job, as format *CVAT 1.1*. Each finding with
a region is a box, each without one a tag of its image. All have the label `{LABEL}` with the
attributes `rule`, `severity`, `message` and `remedy`.

The label must exist before the file is uploaded. Paste this into *Raw* of the task's labels:

```json
[{{"name": "{LABEL}", "color": "{_COLOR}", "type": "any", "attributes": [
  {{"name": "rule", "input_type": "text", "mutable": false, "values": [""]}},
  {{"name": "severity", "input_type": "select", "mutable": false,
   "values": ["error", "warning", "info"]}},
  {{"name": "message", "input_type": "text", "mutable": false, "values": [""]}},
  {{"name": "remedy", "input_type": "text", "mutable": false, "values": [""]}}
]}}]
```

CVAT finds images by their name without extension, and refuses a file that names one it lacks: the
task must hold the images of the delivery. Uploading *replaces* the annotations of the task, so use
a task of its own for the review, beside the one with the labels. Findings about the delivery as a
whole, such as an ignored file, have no image and are not in the file.""",
    text=cvat_xml,
)
