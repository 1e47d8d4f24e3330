"""What can be wrong with a photograph; apart, so that listing rules loads no decoder."""

from assay.delivery import Rule

#: Faults of photographs.
PHOTOGRAPH_RULES = (
    Rule(
        "photograph-unreadable",
        "A photograph cannot be shown.",
        "JPEG, PNG, TIFF and WebP are shown. The labels are judged all the same; only the picture "
        "is missing from the report. Replace the damaged file, or convert it.",
    ),
    Rule(
        "photograph-too-large",
        "A photograph has more pixels than are read.",
        "At most 2²⁷ (134 million) pixels are read for a picture. Give a smaller copy for the "
        "report; the labels are judged at full size all the same.",
    ),
)
