"""Addresses of the public pages. Each council is a host of its own: northby.localhost in the demo."""
from __future__ import annotations

from django.urls import path

from moothall.web.public import (
    code_views,
    file_views,
    later_views,
    leaving,
    pay,
    question_views,
    region_views,
    run_views,
    status_views,
    views,
)

app_name = "public"
urlpatterns = [
    path("", views.start, name="start"),
    path("find/", region_views.found, name="found"),
    path("where/", region_views.where, name="where"),
    path("councils/", region_views.all_councils, name="councils"),
    path("privacy/", views.privacy, name="privacy"),
    path("pay/<str:secret>/", pay.pay, name="pay"),
    path("robots.txt", views.robots, name="robots"),
    path("do/<slug:script>/", run_views.about, name="about"),
    path("how-it-stands/", status_views.standing, name="standing"),
    path("accessibility/", status_views.accessibility, name="accessibility"),
    path("cookies/", status_views.cookies, name="cookies"),
    path("form/<int:run>/ring/", later_views.ring, name="ring"),
    path("leave/", leaving.leave, name="leave"),
    path("form/<int:run>/leave/", leaving.leave, name="leave_run"),
    path("go-on/", code_views.go_on, name="go_on"),
    path("form/<int:run>/", run_views.run, name="run"),
    path("form/<int:run>/q/<slug:step>/", question_views.question, name="question"),
    path("form/<int:run>/files/", file_views.all_files, name="all_files"),
    path("form/<int:run>/files/<slug:step>/", file_views.files, name="files"),
    path("form/<int:run>/files/<slug:step>/<str:item>/", file_views.files, name="files_for"),
    path("form/<int:run>/proofs/<slug:step>/", file_views.proofs, name="proofs"),
    path("form/<int:run>/check/", run_views.check, name="check"),
    path("form/<int:run>/done/", run_views.done, name="done"),
    path("form/<int:run>/saved/", later_views.saved, name="saved"),
    path("form/<int:run>/send-code/", code_views.send_code, name="send_code"),
    path("form/<int:run>/elsewhere/", run_views.elsewhere, name="elsewhere"),
    path("form/<int:run>/stuck/", run_views.stuck, name="stuck"),
]
