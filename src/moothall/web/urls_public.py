"""Addresses of the public pages: a process of its own, with a database role of its own."""
from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from moothall.web import brands, logos, maps, pages
from moothall.web.optional_urls import part

handler404 = "moothall.web.pages.public_not_found"
handler500 = "moothall.web.pages.public_failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.healthz, name="healthz"),
    path("brands.css", brands.sheet, name="brands"),
    re_path(r"^logos/(?P<sha256>[0-9a-f]{64})\.svg$", logos.logo, name="logo"),
    re_path(r"^map/(?P<gss>[EWSN][0-9]{8})\.svg$", maps.picture, name="map"),
    re_path(r"^map/(?P<gss>[EWSN][0-9]{8})/where/$", maps.said, name="map_said"),
    *part("", "moothall.web.public.urls"),
]
