"""Addresses of the control room. `share` is a share's number in the database; `council` goes by its GSS code."""
from django.urls import path

from moothall.web.control import views

app_name = "control"
urlpatterns = [
    path("", views.room, name="room"),
    path("<int:share>/", views.share, name="share"),
    path("<int:share>/late/", views.late, name="late"),
    path("<int:share>/pause/", views.pause, name="pause"),
    path("<int:share>/resume/", views.resume, name="resume"),
    path("<int:share>/recall/", views.recall, name="recall"),
    path("sever/", views.sever, name="sever"),
]
