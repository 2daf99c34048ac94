"""The pages as a WSGI application: staff pages or public pages, by MOOTHALL_SITE."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moothall.settings.base")
application = get_wsgi_application()


def warm() -> None:
    """Load addresses and templates now, so that the first pop of a process doesn't wait for them."""
    from django.conf import settings
    from django.template.loader import get_template
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    pages = {"staff": ("desk/page.html", "desk/state.html"), "public": ("public/council.html",)}
    for name in pages[settings.SITE]:
        get_template(name)


warm()
