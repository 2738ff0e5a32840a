"""Where a researcher or admin is signed in, and how long an unused session lasts.

Annotators' sessions are left alone: they must never lose an answer.
"""
