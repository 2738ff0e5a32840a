"""Judges that take a model: asked over HTTP, or a text encoder."""
