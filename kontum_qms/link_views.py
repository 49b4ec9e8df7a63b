"""The page behind a one-time link: its bearer chooses a password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from agencies import actions
from kontum_qms.compression import shows_secret


@login_not_required
@sensitive_post_parameters()
@never_cache
@shows_secret
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """Let the bearer of a link choose a password; looking at the page does not use the link up."""
    link = actions.open_link(token)
    if link is None:
        return render(request, "account/link_gone.html", status=410)
    form: SetPasswordForm[Any] = SetPasswordForm(link.user, request.POST or None)
    if form.is_valid():
        password = form.cleaned_data["new_password1"]
        if actions.use_link(token=token, password=password) is None:
            return render(request, "account/link_gone.html", status=410)
        logout(request)
        messages.success(request, _("The password is set. Sign in with it."))
        return redirect("login")
    return render(request, "account/choose_password.html", {"form": form, "link": link})
