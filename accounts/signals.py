"""What happens to accounts, for whoever wants to note it.

Signing in and out is told by Django's own signals, second factors by django-allauth's
(`allauth.mfa.signals`).
"""

from django.dispatch import Signal

# Arguments: user (whose), count. Sent when sessions are ended from another one.
sessions_ended = Signal()
