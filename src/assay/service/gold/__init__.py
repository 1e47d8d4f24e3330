"""Images whose right labels are known, and which vendor has seen which of them."""
