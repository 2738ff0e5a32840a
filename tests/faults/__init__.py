"""Real processes that are killed, restarted and hampered while a round runs."""
