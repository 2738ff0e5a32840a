"""Judges that take a model: asked as annotators are, or read by a text encoder.

A judge guesses what people would say of a comment (`analysis.judge`). Here is who makes
the guesses or their features, on the workers of `generation`.
"""
