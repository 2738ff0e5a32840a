"""What is taken away: the long table, datasets, the reproduction bundle."""
