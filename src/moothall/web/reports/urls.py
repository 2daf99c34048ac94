"""Addresses of the reports."""
from django.urls import path

from moothall.web.reports import hurts_views, views, web_views

app_name = "reports"
urlpatterns = [
    path("", views.today, name="today"),
    path("today.csv", views.today_csv, name="today_csv"),
    path("web/", web_views.web_runs, name="web_runs"),
    path("web.csv", web_views.web_csv, name="web_csv"),
    path("contacts/", views.contacts, name="contacts"),
    path("scripts/", hurts_views.scripts, name="scripts"),
    path("scripts/<str:gss>/<slug:script>/", hurts_views.script, name="script"),
    path("scripts/<str:gss>/<slug:script>/<str:step>/", hurts_views.script_step, name="script_step"),
    path("comments/<int:comment>/done/", hurts_views.comment_done, name="comment_done"),
]
