"""Addresses of the demo's own pages, on the staff site. They are there with settings.DEMO alone."""
from __future__ import annotations

from django.urls import path

from moothall.web.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.front, name="front"),
    path("open-as/", views.open_as, name="open_as"),
    path("how/", views.how, name="how"),
    path("ring/", views.ring, name="ring"),
    path("ring/<str:key>/<str:call>/", views.call, name="call"),
    path("ring/<str:key>/<str:call>/hang-up/", views.hang_up, name="hang_up"),
]
