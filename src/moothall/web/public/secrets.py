"""What opens a run in a browser: a secret in a cookie that goes to that run's pages alone, and the code beside it."""
from __future__ import annotations

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from moothall.tenancy.residents import DAYS, Keys

SIGNS = "23456789BCDFGHJKMNPQRTVWXYZ"  # none that is taken for another, and no vowel, so that no word comes of it
LENGTH = 8
_COOKIE = re.compile(rf"([A-Za-z0-9_-]{{43}})\.([{SIGNS}]{{{LENGTH}}})")
_SLIPS = str.maketrans({"O": "Q", "0": "Q", "1": "7", "I": "7", "L": "7", "S": "5", "U": "V"})


def new_keys() -> Keys:
    return Keys(secrets.token_urlsafe(32), new_code())


def new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def shown(code: str) -> str:
    """`K74P9MXR` as people write it down: "K7 4P 9M XR"."""
    return " ".join(code[at : at + 2] for at in range(0, len(code), 2))


def read_code(typed: str) -> str:
    """A code as it was typed, in its one form; empty where it can't be one."""
    plain = re.sub(r"[\s.\-]", "", typed).upper().translate(_SLIPS)
    return plain if re.fullmatch(rf"[{SIGNS}]{{{LENGTH}}}", plain) else ""


def wrong_code(typed: str) -> str:
    """What is wrong with what `read_code` takes for no code: how long it should be, or which signs no code has."""
    plain = re.sub(r"[\s.\-]", "", typed).upper()
    strange = [each for each in dict.fromkeys(plain) if each.translate(_SLIPS) not in SIGNS]
    if len(plain) != LENGTH or not strange:
        return "Enter all 8 letters and figures of the code, like K7 4P 9M XR"
    return f"No code has {' or '.join(f'“{each}”' for each in strange)} in it. Check the code, and enter it again"


def keys_in(request: HttpRequest, run: int) -> Keys | None:
    """What this browser has for a run; None where it has nothing."""
    found = _COOKIE.fullmatch(request.COOKIES.get(_name(run), ""))
    return Keys(found[1], found[2]) if found else None


def give_keys(response: HttpResponse, run: int, keys: Keys) -> HttpResponse:
    response.set_cookie(
        _name(run), f"{keys.secret}.{keys.code}", max_age=DAYS * 86_400, path=f"/form/{run}/", httponly=True,
        samesite="Lax", secure=settings.PUBLIC_URL.startswith("https"),
    )  # fmt: skip
    return response


def take_keys(response: HttpResponse, run: int) -> HttpResponse:
    """This browser no longer opens the run; its code does."""
    response.delete_cookie(_name(run), path=f"/form/{run}/", samesite="Lax")
    return response


def who_asks(request: HttpRequest, target: str = "") -> str:
    """By what a guess is counted: the browser, the network address, and the `target` that the code was tried for; as
    hashes that can't be turned back without the installation's secret.

    A code is 8 of 27 signs, so there are 2.8 × 10¹¹. One browser tries 10 in a quarter of an hour; whoever takes a new
    browser for each try has the 300 of their address, which is 1,200 an hour. With 10,000 codes that open something one
    such try in 28 million does, so that an hour finds one with a chance of 1 in 23,500: a hit takes 2.7 years of it day
    and night. From however many addresses it is 8,000 tries an hour (2,000 a quarter), and 5 months. Where a reference
    is asked for as well, one code alone fits it, and 120 tries an hour find that in 270,000 years. A library or a
    mobile network comes nowhere near 300 slips in a quarter of an hour: that is thirty people with ten slips each.
    """
    said = {"b:": request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""), "a:": request.META.get("REMOTE_ADDR", ""),
            "t:": target}  # fmt: skip
    return " ".join(kind + _hash(f"{kind}{what}") for kind, what in said.items() if what)


def _hash(what: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:guess:{what}".encode()).hexdigest()[:40]


def _name(run: int) -> str:
    return f"run-{run}"
