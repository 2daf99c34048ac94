from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "moothall.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
