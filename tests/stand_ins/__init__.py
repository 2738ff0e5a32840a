"""Stands in for the real data where it is absent: the demo's clips and comments.

The folder is laid out as `../shared/data` is. Its clips are of the kinds that the real
ones of the same names are (container, codec, sound, what is odd about them) and show
what the demo's show, so that they differ from each other as real ones do.
"""
