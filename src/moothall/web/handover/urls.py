"""Addresses of handing back: `agreement` is its slug."""
from django.urls import path

from moothall.web.handover import views

app_name = "handover"
urlpatterns = [
    path("<slug:agreement>/", views.rehearsal, name="rehearsal"),
    path("<slug:agreement>/rows/", views.rows, name="rows"),
]
