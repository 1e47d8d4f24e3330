"""One delivery or a pilot, in every form."""
