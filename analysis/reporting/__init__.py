"""The report of a set of judgments: computed, tabulated, written. No Django."""
