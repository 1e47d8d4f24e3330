"""Reports of the library on a running purchase: made when asked for, kept as they were made."""
