"""Pages of the frame: the sign-in, and forms from before it."""

from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agencies.lockout import seconds_left
from agencies.models import User
from agencies.permissions import Act, may
from agencies.second_factor import has_factor
from agencies.typed import typed
from kontum_qms.account_forms import SignInCodeForm
from kontum_qms.signing_in import ask_for_code, go_on
from kontum_qms.typed_pages import continue_page, session_fragment, sign_in_page


class SignInView(LoginView):
    """The sign-in, which hands on what was typed before it."""

    template_name = "account/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep what was typed through a mistyped password."""
        return super().get_context_data(kept=typed(self.request), **kwargs)

    def get_default_redirect_url(self) -> str:
        """Lead who records to what waits for them, a contact to the own report, others to figures.

        On the first visits the figures come first for all: their page bears the hint.
        """
        user = self.request.user
        if isinstance(user, User) and may(user, Act.REPORT):
            return reverse("activities:own-report")
        if isinstance(user, User) and may(user, Act.RECORD) and not user.has_hint:
            return reverse("reports:work-list")
        return super().get_default_redirect_url()

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Lead a contact only where contacts may go, wherever the sign-in was asked from."""
        asked = super().get_redirect_url()
        user = self.request.user
        if isinstance(user, User) and may(user, Act.REPORT):
            return asked if asked.startswith(reverse("activities:own-report")) else ""
        return asked

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Ask for the code where there is a second factor; else sign in and go on."""
        user = form.get_user()
        assert isinstance(user, User)
        if has_factor(user):
            ask_for_code(self.request, user)
            return code_page(self.request, SignInCodeForm())
        response = super().form_valid(form)
        return go_on(self.request, user, response["Location"])


def code_page(request: HttpRequest, form: SignInCodeForm) -> HttpResponse:
    """Ask for the code, with what was typed before the sign-in carried along."""
    context = {"form": form, "kept": typed(request), "next": request.POST.get("next", "")}
    return render(request, "account/code.html", context)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer a sign-in after too many failures: how long to wait, the same for every name."""
    left = seconds_left(request, str((credentials or {}).get("username", "")))
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    context = {
        "form": form,
        "kept": typed(request),
        "next": request.POST.get("next", ""),
        "minutes": ceil(left / 60),
    }
    answer = render(request, "account/login.html", context, status=429)
    answer["Retry-After"] = str(left)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was drawn before the last sign-in; keep what was typed into it.

    Nothing is kept of what another site sends.
    """
    if getattr(request, "htmx", False):
        return session_fragment(request)
    kept = typed(request) if comes_from_here(request) else None
    if kept and not request.user.is_authenticated:
        return sign_in_page(request, kept)
    if kept and kept.is_by(request.user):
        return continue_page(request, kept, status=403)
    return render(request, "403_csrf.html", status=403)


def comes_from_here(request: HttpRequest) -> bool:
    """Say whether the browser names this site as the sender."""
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {own, *settings.CSRF_TRUSTED_ORIGINS}
