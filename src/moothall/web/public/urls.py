"""Addresses of the public pages. Each council is a host of its own: northby.localhost in the demo."""
from __future__ import annotations

from django.urls import path

from moothall.web.public import pay, views

app_name = "public"
urlpatterns = [
    path("", views.start, name="start"),
    path("privacy/", views.privacy, name="privacy"),
    path("pay/<str:secret>/", pay.pay, name="pay"),
]
