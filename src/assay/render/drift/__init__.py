"""A production watched over time, in every form."""
