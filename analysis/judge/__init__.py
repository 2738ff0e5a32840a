"""A judge that guesses what people would say of a comment: fit, card, estimates. Pure.

What people judged and what a judge guessed never stand in one column.
"""
