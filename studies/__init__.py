"""Trials of every statistical claim: simulations, and real data where it is at hand."""
