"""Addresses of the councils' identities. `slug` is the council's."""

from django.urls import path

from moothall.web.identity import preview_views, views

app_name = "identity"
urlpatterns = [
    path("", views.start, name="list"),
    path("<slug:slug>/", views.edit, name="edit"),
    path("<slug:slug>/publish/", views.publish, name="publish"),
    path("<slug:slug>/discard/", views.discard, name="discard"),
    path("<slug:slug>/preview/public/", preview_views.public_page, name="preview_public"),
    path("<slug:slug>/preview/desk/", preview_views.desk_bar, name="preview_desk"),
    path("<slug:slug>/preview/brand.css", preview_views.brand, name="preview_brand"),
    path("<slug:slug>/preview/logo.svg", preview_views.logo, name="preview_logo"),
]
