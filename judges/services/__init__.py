"""Writes: runs started, asked and ended, judges fitted on what came of them."""
