"""Models write comments: registry, engines, rounds."""
