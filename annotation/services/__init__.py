"""Writes: every rule over several rows, one transaction a call."""
