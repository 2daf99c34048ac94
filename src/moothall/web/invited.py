"""The link by which somebody new chooses a first password: no sign-in, so nothing here tells what a link doesn't."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from moothall.onboarding.invitations import invited, set_password
from moothall.people.models import Person
from moothall.web.forms import Form

WORDS = {
    "password_too_short": "Use at least 12 characters, like four words that only you would put together",
    "password_too_common": "Many people use this password, so it’s easily guessed. Choose another one",
}


class FirstPasswordForm(Form):
    password1 = forms.CharField(widget=forms.PasswordInput, strip=False, max_length=200, label="Password")
    password2 = forms.CharField(widget=forms.PasswordInput, strip=False, max_length=200, label="The password again")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password1"].error_messages["required"] = "Enter the password that you choose"
        self.fields["password2"].error_messages["required"] = "Enter the password again"

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        try:
            validate_password(password, self.person)
        except ValidationError as refused:
            raise ValidationError(
                [WORDS.get(each.code or "", " ".join(each.messages)) for each in refused.error_list]
            ) from None
        return password

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "password1" in said and "password2" in said and said["password1"] != said["password2"]:
            self.add_error("password2", "This differs from the password above. Enter the same one in both")
        return said


@csrf_exempt  # the link is the proof, no cookie is; and without a referrer browsers name no origin to check
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2")
def first_password(request: HttpRequest, uid: str, key: str) -> HttpResponse:
    """Says whose link it is and takes a password, once."""
    response = _answer(request, uid, key)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, uid: str, key: str) -> HttpResponse:
    if not ratelimit.consume(request, app="allauth.account", action="invited", limit_get=True):  # guesses by asking too
        return render(request, "account/invited_void.html", {"too_many": True}, status=429)
    person = invited(uid, key)
    if person is None:
        return _void(request)
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        if not set_password(person, form.cleaned_data["password1"]):
            return _void(request)
        return redirect(f"{reverse('account_login')}?first=yes")
    return render(
        request, "account/invited.html", {"person": person, "form": form}, status=422 if form.is_bound else 200
    )


def _void(request: HttpRequest) -> HttpResponse:
    """Used, expired, mistyped and guessed are one answer."""
    return render(request, "account/invited_void.html", status=404)
