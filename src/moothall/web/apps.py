from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "moothall.web"
    label = "web"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from moothall.web.desk.leaving import leave_at_sign_out

        user_logged_out.connect(leave_at_sign_out, dispatch_uid="moothall.leave_desk")
