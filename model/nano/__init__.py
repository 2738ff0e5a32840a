"""The small MIMIC-Chat that is trained here: its data, its vocabulary, its baseline."""
