"""How much a delivery may ask of this machine.

Labels are small and compress well, but nothing honest comes near these limits; what does is built
to exhaust memory or disk.
"""

#: Bytes of one entry that is read into memory.
MAX_ENTRY_BYTES = 256 * 2**20

#: Bytes of one entry that is mapped from disk, such as a large COCO file.
MAX_MAPPED_BYTES = 16 * 2**30

#: Bytes of all entries of an archive together, unpacked.
MAX_TOTAL_BYTES = 64 * 2**30

#: Entries of one directory or archive.
MAX_ENTRIES = 1_000_000

#: Unpacked bytes per packed byte.  Deflate can reach 1032; real label files stay below 100.
MAX_RATIO = 200

#: An entry that unpacks to less than this may have any ratio: it can do no harm.
RATIO_FREE_BYTES = 2**20

#: Memory that unpacking an xz stream may take (xz -9 needs 65 MiB).
MAX_XZ_MEMORY = 128 * 2**20

#: Bytes of one part of a path (the limit of every common file system), and of a whole path.
MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 1024
