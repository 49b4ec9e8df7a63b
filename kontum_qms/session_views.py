"""The reader's own sessions, and the change of one's own password, which ends the others."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencies import actions
from agencies.lockout import count_failure, is_locked
from agencies.middleware import HouseRequest
from agencies.models import Deed, User
from agencies.sign_ins import sessions_of
from kontum_qms.views import locked_out


@never_cache
def sessions(request: HouseRequest) -> HttpResponse:
    """List where the reader is signed in."""
    rows = sessions_of(request.user, here=request.session.session_key)
    return render(request, "account/sessions.html", {"sessions": rows})


@require_POST
def end_sessions(request: HouseRequest) -> HttpResponse:
    """End one of the reader's sessions, or all but this one."""
    which = request.POST.get("session", "")
    if which == "others":
        count = actions.end_own_sessions(by=request.user, but=request.session.session_key)
        said = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
        messages.success(request, said % {"count": count})
    elif which.isascii() and which.isdigit() and len(which) < 19:
        if actions.end_session(pk=int(which), by=request.user):
            messages.success(request, _("The session was ended."))
        else:
            messages.info(request, _("This session had ended already."))
    return redirect("sessions")


class ChangePasswordView(PasswordChangeView):
    """One's own password, changed by who knows it; every other session ends."""

    template_name = "account/password_change.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take no guesses at the old password without end."""
        user = request.user
        assert isinstance(user, User)
        if is_locked(request, user.username):
            return locked_out(request, None, {"username": user.username})
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        """Count a wrong old password as a failed sign-in."""
        if "old_password" in form.errors:
            count_failure(self.request, form.user.get_username())
        return super().form_invalid(form)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Change it and end the other sessions."""
        assert isinstance(form.user, User)
        with actions.write_lock():
            response = super().form_valid(form)
            actions.end_sessions(user=form.user, but=self.request.session.session_key)
            actions.note_act(Deed.PASSWORD, by=form.user, about=form.user)
        return response
