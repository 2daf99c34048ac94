"""The address of the page that finds."""
from django.urls import path

from moothall.web.find import views

app_name = "find"
urlpatterns = [path("", views.find, name="find")]
