"""Names of hosts, as a council gives them and as the web writes them. Pure."""
from __future__ import annotations

import re

LONGEST = 253
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class NoHost(ValueError):
    """It is no host name; the words say why and what to enter."""


def host_name(given: str) -> str:
    """`contact.northby.gov.uk`, in small letters and with other scripts as the web writes them (xn--…)."""
    text = given.strip().rstrip(".").lower()
    if "://" in text or "/" in text or "@" in text:
        raise NoHost("Enter the host name alone, like contact.example.gov.uk, without https:// and without a page")
    if any(sign.isspace() for sign in text):
        raise NoHost("A host name has no spaces")
    if ":" in text:
        raise NoHost("Enter the host name without a port")
    try:
        found = text if text.isascii() else text.encode("idna").decode("ascii").lower()
        if "xn--" in found:
            found.encode("ascii").decode("idna")
    except UnicodeError:
        raise NoHost(f"“{given.strip()[:60]}” is no host name: one of its signs isn’t allowed") from None
    return _checked(found)


def _checked(found: str) -> str:
    labels = found.split(".")
    if len(labels) < 2:
        raise NoHost("Enter a whole host name, with its domain, like contact.example.gov.uk")
    if len(found) > LONGEST or not all(LABEL.fullmatch(label) for label in labels):
        raise NoHost("A host name is made of letters, digits and hyphens, with dots between; no part begins or ends "
                     "with a hyphen or is longer than 63")
    if labels[-1].isdigit():
        raise NoHost("Enter a name, not the number of a machine")
    return found
