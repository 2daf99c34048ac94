"""Addresses of handing back and of succession: `agreement` is its slug."""
from django.urls import path

from moothall.web.handover import succession_views, views

app_name = "handover"
urlpatterns = [
    path("<slug:agreement>/", views.rehearsal, name="rehearsal"),
    path("<slug:agreement>/rows/", views.rows, name="rows"),
    path("<slug:agreement>/<int:version>/successor/", succession_views.succession, name="succession"),
]
