"""The demo clips, one module each."""
