"""Addresses of the staff pages."""
from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from moothall.web import brands, invited, logos, maps, pages, send_again, sign_out
from moothall.web.optional_urls import part

handler404 = "moothall.web.pages.not_found"
handler500 = "moothall.web.pages.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("front/", pages.front, name="front"),
    path("keys/", pages.keys, name="keys"),
    path("healthz", pages.healthz, name="healthz"),
    path("brands.css", brands.sheet, name="brands"),
    re_path(r"^logos/(?P<sha256>[0-9a-f]{64})\.svg$", logos.logo, name="logo"),
    re_path(r"^map/(?P<gss>[EWSN][0-9]{8})\.svg$", maps.picture, name="map"),
    re_path(r"^map/(?P<gss>[EWSN][0-9]{8})/where/$", maps.said, name="map_said"),
    path("invited/<str:uid>/<str:key>/", invited.first_password, name="invited"),
    path("accounts/again/", send_again.send_again, name="send_again"),
    path("accounts/help/", pages.cannot_get_in, name="cannot_get_in"),
    # Staff are made and changed by their council: what allauth has for the public's accounts isn't there.
    path("accounts/signup/", pages.gone),
    path("accounts/email/", pages.gone),
    path("accounts/password/reset/", pages.gone),
    path("accounts/logout/", sign_out.sign_out),  # before allauth's, which is named so
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second/", include("allauth.mfa.urls")),
    *part("desk/", "moothall.web.desk.urls"),
    *part("find/", "moothall.web.find.urls"),
    *part("cases/", "moothall.web.cases.urls"),
    *part("reports/", "moothall.web.reports.urls"),
    *part("agreements/", "moothall.web.configure.urls"),
    *part("identity/", "moothall.web.identity.urls"),
    *part("control/", "moothall.web.control.urls"),
    *part("protected/", "moothall.web.protected.urls"),
    *part("handing-back/", "moothall.web.handover.urls"),
    *part("onboarding/", "moothall.web.onboarding.urls"),
]
if settings.DEMO:
    urlpatterns += part("demo/", "moothall.web.demo.urls")
