"""The pages as a WSGI application: staff pages or public pages, by MOOTHALL_SITE."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moothall.settings.base")
application = get_wsgi_application()
