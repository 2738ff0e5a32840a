"""Judgments as data to train on: readings of comments, pairs, files."""
