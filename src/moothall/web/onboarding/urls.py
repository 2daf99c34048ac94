"""Bringing a council live, step by step."""
from __future__ import annotations

from django.urls import path

from moothall.web.onboarding import people_views, views

app_name = "onboarding"
urlpatterns = [
    path("", views.councils, name="list"),
    path("<str:gss>/", views.council, name="council"),
    path("<str:gss>/services/", views.services, name="services"),
    path("<str:gss>/services/<slug:service>/", views.parameters, name="parameters"),
    path("<str:gss>/staff/", people_views.staff, name="staff"),
    path("<str:gss>/staff/<int:person>/link/", people_views.new_link, name="link"),
    path("<str:gss>/lines/", views.lines, name="lines"),
    path("<str:gss>/brand/", views.brand, name="brand"),
    path("<str:gss>/dry-run/", views.dry_run, name="dry-run"),
    path("<str:gss>/remove/", views.remove, name="remove"),
]
