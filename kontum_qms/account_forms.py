"""Forms about one's own account."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencies.lockout import count_failure, is_locked
from agencies.models import User


class CodeForm(forms.Form):
    """The code that an app shows, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


class SignInCodeForm(CodeForm):
    """The code at the sign-in, where nothing else is to be read first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class PasswordForm(forms.Form):
    """The reader's own password: whoever sits at an open session may not know it."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Check the password; failures count as failed sign-ins do."""
        password: str = self.cleaned_data["password"]
        user = self.request.user
        assert isinstance(user, User)
        if is_locked(self.request, user.username):
            raise forms.ValidationError(_("Too many failed tries. Wait a quarter of an hour."))
        if not user.check_password(password):
            count_failure(self.request, user.username)
            raise forms.ValidationError(_("This is not your password."))
        return password


class SetUpForm(PasswordForm):
    """The reader's password and the first code of the app."""

    code = CodeForm.base_fields["code"]
    field_order = ("code", "password")
