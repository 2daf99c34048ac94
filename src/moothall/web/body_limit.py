"""How much a request may bring. What is larger is never kept: not in memory, not on the disk. It is read past in small
pieces, since a browser whose sending is cut off shows a page of its own in the place of ours.
"""
from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from moothall.web.public.hosts import whose_page

Handler = Callable[[HttpRequest], HttpResponse]
LARGEST, LARGEST_OF_FILES = 5_000_000, 31_000_000
READ_PAST, PIECE = 120_000_000, 1 << 16
FILES = {"public:files", "public:files_for"}
TOO_LARGE = 413


class BodyLimitMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        length = int(told) if told.isdecimal() else 0
        if length <= LARGEST:
            return self.get_response(request)
        files = takes_files(request)
        if files and length <= LARGEST_OF_FILES:
            return self.get_response(request)
        if length <= READ_PAST:
            _read_past(request)
        if files:  # to the page itself, as it stands, with what to do
            return redirect(f"{request.path}?large=yes")
        public = settings.SITE == "public"
        told = {"heading": "That was too large to send", **(whose_page(request) if public else {})}
        return render(request, f"pages/{'send_again_public' if public else 'too_large'}.html", told, status=TOO_LARGE)


def takes_files(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in FILES
    except Resolver404:
        return False


def _read_past(request: HttpRequest) -> None:
    try:
        while request.read(PIECE):
            pass
    except (UnreadablePostError, RawPostDataException):  # they went away
        pass
