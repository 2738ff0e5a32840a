"""One file an engine; heavy imports wait until one is opened."""
