"""The seven multiple-choice tasks of user-like thinking, over records; all pure."""
