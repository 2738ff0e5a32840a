"""What researchers have, read as records: yt-dlp folders, tables, clips, datasets.

Pure (no Django). Each reader yields the fields of records, one dict a video; the parser
of the records format checks them, so that one rule holds whatever they come from.
"""
