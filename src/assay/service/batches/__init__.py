"""Work that is sent out: which images, under which names, with which hidden gold."""
