from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "moothall.onboarding"
    label = "onboarding"
    default_auto_field = "django.db.models.BigAutoField"
