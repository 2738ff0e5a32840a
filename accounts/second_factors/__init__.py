"""A second factor: an authenticator app, security keys, recovery codes.

For researchers and admins, by django-allauth with our own pages; annotators never see
any of it.
"""
