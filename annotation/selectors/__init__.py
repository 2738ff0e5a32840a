"""Reads that join or shape several tables, by subject."""
