"""Reads of judge runs."""
