"""The Human Evaluation Datasheet, version 3.0, as its public form takes it.

Belz and Thomson (2024), "HEDS 3.0: The Human Evaluation Data Sheet Version 3.0",
arXiv:2412.07940. The form (https://nlp-heds.github.io, read at commit 16f0ce9) keeps a
value for each element, and one for each quality criterion where all are asked about.

`form.csv` has its 62 questions: number, element, kind, how many options there are,
which of these ask for a description and which mean "none", and the question in our own
words.
"""
