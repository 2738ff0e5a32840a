"""Clips and tiny checkpoints made on the spot, for the tests and the benchmarks."""
