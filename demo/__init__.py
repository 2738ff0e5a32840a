"""The demo study: clips, comments and annotators that the project made itself."""
