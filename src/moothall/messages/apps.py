from __future__ import annotations

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "moothall.messages"
    label = "outbox"  # Django's own messages has the other name
