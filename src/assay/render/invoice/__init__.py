"""Invoices and credit notes as document, table and printed page."""
