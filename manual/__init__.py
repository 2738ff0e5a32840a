"""The documentation, as pages of the platform."""
