"""Addresses of the agreements. Each tab of a version has one: `agreement` is its slug, `version` its number."""
from django.urls import path

from moothall.web.configure import begin_views, edit_views, pdf_views, sign_views, start_views, views

app_name = "agreements"
urlpatterns = [
    path("", views.agreements, name="list"),
    path("begin/", begin_views.begin, name="begin"),
    path("<slug:agreement>/", views.agreement, name="agreement"),
    path("<slug:agreement>/<int:version>/", views.matrix, name="matrix"),
    path("<slug:agreement>/<int:version>/calendar/", views.calendar, name="calendar"),
    path("<slug:agreement>/<int:version>/findings/", views.findings, name="findings"),
    path("<slug:agreement>/<int:version>/changes/", views.changes, name="changes"),
    path("<slug:agreement>/<int:version>/new/", start_views.new_version, name="new"),
    path("<slug:agreement>/<int:version>/edit/", edit_views.overview, name="edit"),
    path("<slug:agreement>/<int:version>/edit/<slug:part>/", edit_views.entry, name="edit_new"),
    path("<slug:agreement>/<int:version>/edit/<slug:part>/<str:entry>/", edit_views.entry, name="edit_entry"),
    path("<slug:agreement>/<int:version>/edit/<slug:part>/<str:entry>/remove/", edit_views.remove, name="edit_remove"),
    path("<slug:agreement>/<int:version>/discard/", edit_views.discard, name="discard"),
    path("<slug:agreement>/<int:version>/sign/", sign_views.sign, name="sign"),
    path("<slug:agreement>/<int:version>/propose/", sign_views.propose, name="propose"),
    path("<slug:agreement>/<int:version>/put-name/", sign_views.put_name, name="put_name"),
    path("<slug:agreement>/<int:version>/withdraw/", sign_views.withdraw, name="withdraw"),
    path("<slug:agreement>/<int:version>/notice/", sign_views.notice, name="notice"),
    path("<slug:agreement>/<int:version>/text/", views.text, name="text"),
    path("<slug:agreement>/<int:version>/text.yaml", views.download, name="download"),
    path("<slug:agreement>/<int:version>/agreement.pdf", pdf_views.as_pdf, name="pdf"),
]
