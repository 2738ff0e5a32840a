"""Training MIMIC-Chat, and other networks on the same data."""
