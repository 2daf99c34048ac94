"""Addresses of the officer's pages."""
from django.urls import path

from moothall.web.cases import file_views, protected_views, views

app_name = "cases"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<str:reference>/", views.case, name="case"),
    path("<str:reference>/claim/", views.claim, name="claim"),
    path("<str:reference>/give/", views.give, name="give"),
    path("<str:reference>/note/", views.note, name="note"),
    path("<str:reference>/close/", views.close, name="close"),
    path("<str:reference>/files/<int:document>/", file_views.file, name="file"),
    path("<str:reference>/look/", protected_views.look, name="look"),
    path("<str:reference>/protect/", protected_views.protect, name="protect"),
]
