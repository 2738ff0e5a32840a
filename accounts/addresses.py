"""The address of the machine that a person uses."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw.

    Each of `PROXY_COUNT` proxies adds what it saw at the end of X-Forwarded-For, so
    the address stands that many places from the end; what a client wrote itself
    stands before it and is never read.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.PROXY_COUNT
    passed_on = request.headers.get("X-Forwarded-For", "").split(",")
    if not 0 < count <= len(passed_on):
        return direct
    try:
        return str(ip_address(passed_on[-count].strip()))
    except ValueError:
        return direct
