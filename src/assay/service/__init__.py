"""The self-hosted service, extra `assay[service]`: the purchase from ontology to invoice."""
