"""Everything that touches a decoder; it knows no Django.

`sandbox` starts a killable process; `probe`, `transcode`, `poster` and `frames` do
their work inside it, and `tools` is how the rest of the project calls them.
"""
