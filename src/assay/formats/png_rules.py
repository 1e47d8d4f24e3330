"""What can be wrong with a PNG, for ``assay explain`` and the documentation."""

from assay.delivery import Rule

_STRICT = (
    "Assay reads PNG strictly, because lax readers turn such a file into a wrong label map without "
    "a word. "
)

#: Faults of a file as PNG.
PNG_RULES = (
    Rule(
        "png-signature",
        "The file is not PNG.",
        "Its first bytes are those of another format, whatever its name says. JPEG and WebP blur "
        "labels at their edges, GIF renumbers them. Export PNG from the annotation tool; do not "
        "rename and do not convert from a lossy file.",
    ),
    Rule(
        "png-truncated",
        "The file stops before its end.",
        _STRICT + "The usual cause is an interrupted upload or a full disk. Copy or export the "
        "file again.",
    ),
    Rule(
        "png-checksum",
        "The checksum of a chunk is wrong.",
        _STRICT + "Some byte changed after the file was written. Copy or export it again.",
    ),
    Rule(
        "png-chunk",
        "A chunk has no valid name or length.",
        _STRICT + "The file is damaged, or a tool wrote rubbish. Export it again.",
    ),
    Rule(
        "png-chunk-order",
        "Chunks come twice or in an order that PNG forbids.",
        _STRICT + "PLTE comes before tRNS and both before IDAT; IDAT chunks are consecutive; all "
        "but IDAT come once. Save the file with another tool.",
    ),
    Rule(
        "png-unknown-chunk",
        "The file needs a chunk that the PNG standard does not define.",
        "A reader that does not know a critical chunk cannot show the image rightly. Export a "
        "plain PNG.",
    ),
    Rule(
        "png-trailing",
        "Bytes follow the end of the image.",
        _STRICT + "Two files may have been joined, or one written over a longer one. Export it "
        "again.",
    ),
    Rule(
        "png-header",
        "The header is missing or asks for something that PNG does not have.",
        _STRICT + "Export the file again.",
    ),
    Rule(
        "png-size",
        "The image has no pixels, or a side that PNG does not allow.",
        "Export the label map at the size of its image.",
    ),
    Rule(
        "png-too-large",
        "The image has more pixels than are read.",
        "At most 2²⁸ (268 million) pixels and 512 MiB of samples are read, and this is checked "
        "before any memory is taken. Split larger rasters into tiles.",
    ),
    Rule(
        "png-palette",
        "The palette is missing, forbidden or of a wrong size.",
        "A palette has 3 bytes for each of at most 2ᵈᵉᵖᵗʰ colours; a grey image has none. Export "
        "the file again.",
    ),
    Rule(
        "png-palette-index",
        "Pixels use palette entries that do not exist.",
        "The palette has fewer colours than the pixels point to, so what they mean is unknown. "
        "Export with the complete palette.",
    ),
    Rule(
        "png-transparency",
        "The transparency chunk does not fit the image.",
        "Label maps need no transparency. Export without it.",
    ),
    Rule(
        "png-data",
        "The compressed image data is damaged.",
        _STRICT + "Copy or export the file again.",
    ),
    Rule(
        "png-data-checksum",
        "The checksum of the image data is wrong.",
        _STRICT + "The pixels are not those that were written. Copy or export the file again.",
    ),
    Rule(
        "png-data-short",
        "Rows of the image are missing.",
        _STRICT + "Usual readers fill the missing rows with background. Copy or export the file "
        "again.",
    ),
    Rule(
        "png-data-surplus",
        "There is more image data than the size calls for.",
        _STRICT + "Header and data do not belong together. Export the file again.",
    ),
    Rule(
        "png-filter",
        "A row uses a filter that PNG does not have.",
        _STRICT + "Export the file again.",
    ),
)
