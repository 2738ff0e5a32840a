"""Clips and questions drawn by code, on which each part of the network shows itself."""
