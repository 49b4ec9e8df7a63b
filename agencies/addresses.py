"""From which address a request comes, as far as it can be known."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of whoever asks, None where the server names none.

    Each of the office's own TRUSTED_PROXIES adds to X-Forwarded-For whom it heard from. So the
    last entries are theirs, and what stands before them is whatever the sender wrote.
    """
    direct = plain_address(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXIES
    heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if count < 1 or len(heard) < count:
        return direct
    return plain_address(heard[-count]) or direct


def plain_address(text: str) -> str | None:
    """Return an address without its port, None where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(found)


def counted_address(request: HttpRequest) -> str | None:
    """Return the address that failures are counted by: of IPv6 the network of 64 bits.

    One subscriber has such a network whole, and would else have a new address for every try.
    """
    address = client_address(request)
    if address and ":" in address:
        return str(ip_network(f"{address}/64", strict=False).network_address)
    return address
