"""The platform with annotators at work, while its parts are killed one after another.

Whether everything that was acknowledged is stored, once, and nothing else is.
"""
