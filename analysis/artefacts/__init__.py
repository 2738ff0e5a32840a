"""The audit of what gives a source away apart from what it says."""
