"""Pages of the second factor: its code at the sign-in, setting it up, its recovery codes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from agencies import actions
from agencies.actions import Answer
from agencies.lockout import count_failure, is_locked
from agencies.middleware import HouseRequest
from agencies.models import User
from agencies.second_factor import (
    app_address,
    factor_of,
    has_factor,
    is_required,
    new_secret,
    picture,
    shown_secret,
)
from agencies.typed import typed
from kontum_qms.account_forms import PasswordForm, SetUpForm, SignInCodeForm
from kontum_qms.compression import shows_secret
from kontum_qms.signing_in import VERIFIED, WAITING, go_on, let_in, waiting_user, warn_of_few_codes
from kontum_qms.typed_pages import sign_in_page
from kontum_qms.views import SignInView, code_page, locked_out

SECRET = "second_factor_secret"  # noqa: S105  # where the session keeps it until it is set up


@login_not_required
@sensitive_post_parameters("code")
@never_cache
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the account whose password was right; sign in with it."""
    user = waiting_user(request)
    if user is None:
        return _password_again(request)
    if is_locked(request, user.username):
        del request.session[WAITING]
        return locked_out(request, None, {"username": user.username})
    form = SignInCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = actions.take_code(user=user, code=form.cleaned_data["code"])
        if answer in {Answer.RIGHT, Answer.RECOVERED}:
            return _let_in(request, user, answer)
        _refuse(request, user, form, answer)
    return code_page(request, form)


def _password_again(request: HttpRequest) -> HttpResponse:
    request.session.pop(WAITING, None)
    kept = typed(request)
    if kept and not request.user.is_authenticated:
        return sign_in_page(request, kept)
    return redirect("login")


def _let_in(request: HttpRequest, user: User, answer: Answer) -> HttpResponse:
    let_in(request, user)
    if answer is Answer.RECOVERED:
        warn_of_few_codes(request, user)
    page = SignInView()
    page.setup(request)
    return go_on(request, user, page.get_success_url())


def _refuse(request: HttpRequest, user: User, form: SignInCodeForm, answer: Answer) -> None:
    if answer is Answer.BLOCKED:
        said = _(
            "Too many wrong codes were given for this account. Wait an hour. If it was not you, "
            "somebody knows your password: tell your administrator."
        )
        form.add_error(None, said)
        return
    count_failure(request, user.username)
    form.add_error("code", _("This code is not right, or it was used already."))


@sensitive_post_parameters("code", "password")
@never_cache
@shows_secret
def set_up(request: HouseRequest) -> HttpResponse:
    """Show the secret to be read by an app; begin once the app's code is given."""
    if has_factor(request.user):
        return redirect("second-factor")
    hidden = request.session.setdefault(SECRET, "") or new_secret()
    request.session[SECRET] = hidden
    # Another form's address: it was kept while its sender is led here.
    is_answer = request.method == "POST" and request.path == reverse("second-factor-set-up")
    form = SetUpForm(request, request.POST if is_answer else None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            codes = actions.set_up_factor(by=request.user, hidden=hidden, code=code)
        except ValidationError as error:
            form.add_error("code", error)
        else:
            return _begun(request, codes)
    return set_up_page(request, form, hidden)


def set_up_page(request: HouseRequest, form: SetUpForm, hidden: str) -> HttpResponse:
    """Draw the page with the QR code, and with what was typed before carried along."""
    address = app_address(request.user, hidden)
    context = {
        "form": form,
        "secret": shown_secret(hidden),
        "address": address,
        "picture": picture(address),
        "is_required": is_required(request.user),
        "kept": typed(request),
    }
    return render(request, "account/set_up.html", context)


def _begun(request: HouseRequest, codes: list[str]) -> HttpResponse:
    """End the other sessions, which gave no code, and show the recovery codes."""
    request.session.pop(SECRET)
    request.session[VERIFIED] = True
    actions.end_sessions(user=request.user, but=request.session.session_key)
    kept = typed(request)
    return codes_page(request, codes, kept=kept if kept and kept.is_by(request.user) else None)


def codes_page(request: HouseRequest, codes: list[str], **more: Any) -> HttpResponse:
    """Show recovery codes, this once."""
    return render(request, "account/recovery_codes.html", {"codes": codes, **more})


@never_cache
def second_factor(request: HouseRequest) -> HttpResponse:
    """Show the reader's own second factor."""
    factor = factor_of(request.user)
    context = {
        "factor": factor,
        "is_required": is_required(request.user),
        "form": PasswordForm(request),
    }
    return render(request, "account/second_factor.html", context)


@require_POST
@sensitive_post_parameters("password")
@never_cache
@shows_secret
def change_second_factor(request: HouseRequest) -> HttpResponse:
    """Make new recovery codes, or turn the second factor off; either takes the password."""
    form = PasswordForm(request, request.POST)
    if form.is_valid():
        try:
            if request.POST.get("act") == "codes":
                return codes_page(request, actions.renew_codes(by=request.user))
            actions.give_up_factor(by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            request.session.pop(VERIFIED, None)
            messages.success(request, _("The second factor is turned off."))
            return redirect("second-factor")
    context = {
        "factor": factor_of(request.user),
        "is_required": is_required(request.user),
        "form": form,
    }
    return render(request, "account/second_factor.html", context)
