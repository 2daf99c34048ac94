"""Addresses of the pages about protected people. A council goes by its GSS code."""
from django.urls import path

from moothall.web.protected import views

app_name = "protected"
urlpatterns = [
    path("", views.people, name="people"),
    path("find/", views.find, name="find"),
    path("free/", views.free, name="free"),
    path("<str:gss>/", views.rights, name="rights"),
    path("<str:gss>/end/", views.end, name="end"),
]
