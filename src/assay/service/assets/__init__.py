"""Images to be labelled: where they came from, what they show, and what leaves the house."""
