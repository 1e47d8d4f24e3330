"""Questions of vendors, pinned to what they are about, and what becomes of the answers."""
