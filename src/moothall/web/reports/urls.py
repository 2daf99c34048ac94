"""Addresses of the reports."""
from django.urls import path

from moothall.web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.today, name="today"),
    path("today.csv", views.today_csv, name="today_csv"),
    path("contacts/", views.contacts, name="contacts"),
]
