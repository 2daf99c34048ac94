from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "moothall.web"
    label = "web"
