"""Writes: reports, bundles, stop rules; one transaction a call."""
