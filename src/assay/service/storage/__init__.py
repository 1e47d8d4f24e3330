"""Where bytes lie: sealed, named by their content, on a local disk or in an object store."""
