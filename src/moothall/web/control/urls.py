"""Addresses of the control room. `share` and `glass` are numbers in the database; `council` goes by its GSS code."""
from django.urls import path

from moothall.web.control import glass_views, views

app_name = "control"
urlpatterns = [
    path("", views.room, name="room"),
    path("<int:share>/", views.share, name="share"),
    path("<int:share>/late/", views.late, name="late"),
    path("<int:share>/pause/", views.pause, name="pause"),
    path("<int:share>/resume/", views.resume, name="resume"),
    path("<int:share>/recall/", views.recall, name="recall"),
    path("sever/", views.sever, name="sever"),
    path("emergency/", glass_views.emergency, name="emergency"),
    path("emergency/now/", glass_views.glass_now, name="glass_now"),
    path("emergency/<int:glass>/", glass_views.glass, name="glass"),
    path("emergency/<int:glass>/cases/<str:reference>/", glass_views.glass_case, name="glass_case"),
    path("emergency/<int:glass>/end/", glass_views.glass_end, name="glass_end"),
    path("emergency/<int:glass>/looks/", glass_views.glass_looks, name="glass_looks"),
]
