from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "moothall.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
