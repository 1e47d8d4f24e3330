"""What can be wrong with a directory or archive, before any label is read."""

from assay.delivery import Finding, Rule, Severity

_REPACK = "Pack the files again with a common tool (zip, tar, 7-Zip) and deliver that archive."

SOURCE_RULES = (
    Rule(
        "archive-broken",
        "The archive cannot be opened at all.",
        "The file says by its name or first bytes that it is a zip or tar, but its structure is "
        "broken, so nothing in it can be trusted.\n\n"
        "A transfer that stopped early is the usual reason: compare the size in bytes with the "
        "original. " + _REPACK,
    ),
    Rule(
        "archive-truncated",
        "The archive ends too early.",
        "Entries up to the cut are read; the rest is missing and counts as undelivered.\n\n"
        "Upload the archive again and compare sizes, or better checksums, on both sides.",
    ),
    Rule(
        "archive-bomb",
        "An archive unpacks to absurdly much.",
        "More than 200 unpacked bytes per packed byte, or more than 64 GiB in all. Real label "
        "files stay far below; archives built to fill memory or disk do not.\n\n"
        "Split a delivery that is honestly that large into several archives. A bitmap that is one "
        "colour throughout should be written as PNG, not packed raw.",
    ),
    Rule(
        "archive-entries",
        "An archive or directory has too many entries.",
        "More than a million entries in one source are not read; split the delivery.",
    ),
    Rule(
        "archive-overlap",
        "Entries of a zip share the same bytes.",
        "Two entries claim the same stored bytes. No tool writes that; it multiplies a small file "
        "into a huge one. All entries involved are refused.\n\n" + _REPACK,
    ),
    Rule(
        "archive-mismatch",
        "An archive contradicts itself about an entry.",
        "A zip describes each entry twice, and the descriptions differ in name, size or method; "
        "or an entry unpacks to more or fewer bytes than stated; or a zip64 field is missing. "
        "Programs disagree on such files, so the entry is refused.\n\n" + _REPACK,
    ),
    Rule(
        "archive-checksum",
        "The stored checksum does not match the bytes.",
        "The bytes changed after they were packed: a broken transfer or disk.\n\n"
        "Upload again; if it happens again, pack again from the original files.",
    ),
    Rule(
        "archive-encrypted",
        "An entry is protected by a password.",
        "Encrypted entries are not read. Deliver without a password; protect the transfer instead "
        "(HTTPS, or an encrypted disk).",
    ),
    Rule(
        "archive-compression",
        "An entry is packed by a method that is not read.",
        "Zip entries may be stored or deflated, which every tool writes by default. BZip2, LZMA, "
        "Zstandard and Deflate64 inside a zip are refused. In 7-Zip choose *Compression method: "
        "Deflate*.",
    ),
    Rule(
        "entry-path",
        "An entry's name leads outside the delivery.",
        "The name is absolute, holds `..`, a drive letter or a backslash. Unpacked by a careless "
        "tool it would overwrite files elsewhere, so it is refused.\n\n"
        "Pack from inside the folder, with relative names and forward slashes.",
    ),
    Rule(
        "entry-characters",
        "An entry's name has characters that hide what it is.",
        "Control characters, NUL, text-direction overrides or bytes that are not UTF-8: such a "
        "name looks like another one on screen, or ends early in some programs.\n\n"
        "Rename the file with plain letters, digits, `-`, `_` and `.`, and pack with UTF-8 names.",
    ),
    Rule(
        "entry-name-long",
        "An entry's name is too long.",
        "At most 255 bytes per folder or file name and 1024 for the whole path, the limit of "
        "common file systems. Shorten the name.",
    ),
    Rule(
        "entry-reserved",
        "An entry has a name that Windows reserves for a device.",
        "`CON`, `PRN`, `AUX`, `NUL`, `COM1`–`COM9` and `LPT1`–`LPT9`, with any extension, cannot "
        "be unpacked on Windows. Rename the file.",
    ),
    Rule(
        "entry-type",
        "An entry is a link, a device or another thing that is not a file.",
        "Only files and folders are read: links can point anywhere, devices can block for ever.\n\n"
        "Put the file itself in place of the link (`tar --dereference`, or `zip` without `-y`).",
    ),
    Rule(
        "entry-duplicate",
        "Several entries have the same name.",
        "Programs disagree on which one counts, so all of them are refused. The usual reason is "
        "an archive that was appended to instead of written anew. Pack again into a new archive.",
    ),
    Rule(
        "entry-case",
        "Names differ only by letter case or Unicode form.",
        "On Windows and macOS one file would replace the other, so which label is meant is "
        "unclear and all of them are refused. Give the files distinct names.",
    ),
    Rule(
        "entry-too-large",
        "An entry is larger than is read.",
        "At most 256 MiB for a label file, 16 GiB for one COCO file. Split the file, or deliver "
        "one label file per image.",
    ),
    Rule(
        "entry-unreadable",
        "A file of the delivery cannot be read.",
        "It vanished, changed while it was read, or its permissions forbid it. Check the folder "
        "and run again.",
    ),
)


def refused(rule: str, message: str, remedy: str) -> Finding:
    """Return the finding for an entry, or a whole archive, that is not read."""
    return Finding(rule, Severity.ERROR, "", message, remedy)
