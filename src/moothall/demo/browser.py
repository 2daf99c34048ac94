"""A client that sees what a browser sees: pages, forms, cookies, and the live stream. The standard library alone.

For the tour and the benches, which must come from outside as a person at a desk does.
"""
from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from queue import Empty, Queue
from time import perf_counter
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Form:
    """A form as it would be sent: `fields` with what is filled in, `options` of each group of radios, its words."""

    action: str
    act: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, words


@dataclass
class Page:
    """A page or fragment: its forms, its text by part, and the attributes of the desk."""

    status: int
    url: str
    html: str
    forms: list[Form] = field(default_factory=list)
    text: str = ""
    desk: dict[str, str] = field(default_factory=dict)

    def form(self, act: str) -> Form | None:
        return next((form for form in self.forms if act in (form.act, form.action)), None)


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.form = page, None
        self.words: list[str] = []
        self._radio: tuple[str, str] | None = None
        self._button: list[str] | None = None
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._skip += 1
        if given.get("id") == "desk":
            self.page.desk = {name.removeprefix("data-"): value for name, value in given.items()}
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("data-act", ""))
            self.page.forms.append(self.form)
        elif self.form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.form, given.get("name", ""), given.get("value", "")
        assert form is not None
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            self._radio = (name, value)
            if "checked" in given:
                form.fields[name] = value
        elif tag in ("input", "textarea", "select") and name:
            form.fields.setdefault(name, value)
        elif tag == "option" and "selected" in given and form.fields:
            form.fields[list(form.fields)[-1]] = value
        elif tag == "button":
            self._button = [name, value, ""]

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words or self._skip:
            return
        self.words.append(words)
        if self._button is not None:
            self._button[2] = f"{self._button[2]} {words}".strip()
        if self._radio and self.form is not None and not words.isdigit():
            name, value = self._radio
            self.form.options.setdefault(name, []).append((value, words))
            self._radio = None

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skip -= 1
        elif tag == "button" and self._button is not None and self.form is not None:
            name, value, words = self._button
            self.form.buttons.append((name, value, words))
            self._button = None
        elif tag == "form":
            self.form = None


class Browser:
    """One person's session with one site. Not for threads."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/")
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, *, fragment: bool = False) -> Page:
        return self._follow("GET", path, "", fragment)

    def send(self, form: Form, **fields: str) -> Page:
        """Send a form with some fields filled in, as the page's own script does: the answer is the desk's new state."""
        return self._follow("POST", form.action, urlencode({**form.fields, **fields}), True)

    def sign_in(self, email: str, password: str) -> Page:
        form = next(form for form in self.get("/accounts/login/").forms if "login" in form.fields)
        answer = self._follow("POST", form.action or "/accounts/login/",
                              urlencode({**form.fields, "login": email, "password": password}), False)
        if "sessionid" not in self.cookies:
            raise RuntimeError(f"{email} could not sign in at {self.site}")
        return answer

    def close(self) -> None:
        """Hang up. Who is signed in stays so."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _follow(self, method: str, path: str, body: str, fragment: bool) -> Page:
        url = urljoin(self.site + "/", path)
        for _ in range(6):
            status, headers, text = self._exchange(method, url, body, fragment)
            if status not in (301, 302, 303, 307):
                page = Page(status, url, text)
                reader = _Reader(page)
                reader.feed(text)
                page.text = " ".join(reader.words)
                return page
            url, method, body = urljoin(url, headers["location"]), "GET", ""
        raise RuntimeError(f"{url} goes round in circles")

    def _exchange(self, method: str, url: str, body: str, fragment: bool) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(url)
        headers = {"Cookie": self.cookie, "Referer": url, "Origin": self.site}
        if fragment:
            headers["Moothall-Fragment"] = "1"
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for attempt in (1, 2):
            self._connection = self._connection or http.client.HTTPConnection(parts.netloc, timeout=30)
            try:
                self._connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
                response = self._connection.getresponse()
                text = response.read().decode("utf-8", "replace")
                break
            except (http.client.HTTPException, ConnectionError):
                self._connection.close()
                self._connection = None
                if attempt == 2:
                    raise
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return response.status, {name.lower(): value for name, value in response.getheaders()}, text

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Stream:
    """The doorbell: versions of the desk as the live process says them, with the moment at which each was read."""

    def __init__(self, live: str, browser: Browser) -> None:
        parts = urlsplit(live)
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        self._connection.request("GET", "/desk", headers={"Cookie": browser.cookie, "Origin": browser.site})
        self._response = self._connection.getresponse()
        if self._response.status != 200:
            raise RuntimeError(f"The live process answered {self._response.status}")
        self._heard: Queue[tuple[int, float]] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for version, moment in self._versions():
            self._heard.put((version, moment))

    def _versions(self) -> Iterator[tuple[int, float]]:
        try:
            while line := self._response.readline():
                if line.startswith(b"data: "):
                    yield int(json.loads(line[6:])["version"]), perf_counter()
        except (OSError, ValueError, AttributeError):  # closed while it was read
            return

    def wait(self, seconds: float) -> tuple[int, float] | None:
        """The next version, or None if none came in time."""
        try:
            return self._heard.get(timeout=seconds)
        except Empty:
            return None

    def close(self) -> None:
        self._connection.close()
