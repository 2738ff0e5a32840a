"""Signing in with the account of an organisation (OpenID Connect), if one is set.

The provider is imported on first use: who has none pays nothing for it.
"""
