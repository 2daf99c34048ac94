"""Addresses of the agent's desk."""
from __future__ import annotations

from django.urls import path

from moothall.queueing.consults.desk import ask_to_give_up, ask_to_join, ask_to_part, ask_to_swap
from moothall.queueing.desk import ask_to_answer, ask_to_end, ask_to_hold, ask_to_retrieve, decline
from moothall.web.desk import (
    again_views,
    code_views,
    comment_views,
    council_views,
    history_views,
    passing_views,
    protect_views,
    ring_views,
    script_views,
    views,
)
from moothall.web.desk.respond import button

app_name = "desk"
urlpatterns = [
    path("", views.page, name="page"),
    path("state/", views.state, name="state"),
    path("ready/", views.ready, name="ready"),
    path("pause/", views.take_pause, name="pause"),
    path("answer/", button(ask_to_answer), name="answer"),
    path("decline/", button(decline), name="decline"),
    path("hold/", button(ask_to_hold), name="hold"),
    path("retrieve/", button(ask_to_retrieve), name="retrieve"),
    path("pass-on/", passing_views.choose, name="choose"),
    path("pass-on/ask/", passing_views.pass_on, name="pass_on"),
    path("consult/swap/", button(ask_to_swap), name="swap"),
    path("consult/give-up/", button(ask_to_give_up), name="give_up"),
    path("consult/complete/", passing_views.complete, name="complete"),
    path("consult/join/", button(ask_to_join), name="join"),
    path("consult/part/", button(ask_to_part), name="part"),
    path("ring/", ring_views.ring, name="ring"),
    path("end/", button(ask_to_end), name="end"),
    path("finish/", views.finish, name="finish"),
    path("notes/", views.notes, name="notes"),
    path("why/", views.why, name="why"),
    path("history/", history_views.history, name="history"),
    path("who/", views.who, name="who"),
    path("protect/", protect_views.protect, name="protect"),
    path("council/", council_views.council, name="council"),
    path("need/", script_views.begin_need, name="need"),
    path("interrupt/", script_views.interrupt, name="interrupt"),
    path("step/", script_views.answer, name="step"),
    path("back/", script_views.back, name="back"),
    path("again/", again_views.take_up, name="take_up"),
    path("again/<int:run>/", again_views.again, name="again"),
    path("again/leave/", again_views.leave, name="leave"),
    path("code/take/", code_views.take, name="take_code"),
    path("code/give/", code_views.give, name="give_code"),
    path("comment/", comment_views.comment, name="comment"),
    path("switch/", script_views.switch, name="switch"),
]
