"""Python runs this at the start of a program when its folder is on the path."""

from studies.fault_disk import fail_as_told

fail_as_told()
