"""The link by which something is paid. Its secret is derived from the request's key and the installation's secret: it
is kept nowhere, the row is found by its hash, and the job can name the same address to the provider as the page did.
"""

from __future__ import annotations

import base64
import hashlib
import uuid

from django.conf import settings
from django.utils.crypto import salted_hmac

from moothall.tenancy.models import Council


def secret_of(key: uuid.UUID) -> str:
    raw = salted_hmac("moothall.payments.links", key.hex, algorithm="sha256").digest()[:24]
    return base64.urlsafe_b64encode(raw).decode()


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of_link(council: Council, secret: str) -> str:
    """At the council's own host, so that its page says whose money it is."""
    scheme, _, host = settings.PUBLIC_URL.partition("://")
    _, colon, port = host.partition(":")
    own = f"{council.host}{colon}{port}" if council.host else f"{council.slug}.{host}"
    return f"{scheme}://{own}/pay/{secret}/"


def secret_in(link: str) -> str:
    """The secret of a link that `address_of_link` made."""
    return link.rstrip("/").rpartition("/")[2]
