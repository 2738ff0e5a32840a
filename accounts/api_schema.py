"""How the API's description says that a request is signed in by a token."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """Ours behaves as knox's own does."""

    target_class = "accounts.tokens.LimitedTokenAuthentication"
