"""Accounts: made, given a role and a link for a password, closed; never deleted."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from simple_history.admin import SimpleHistoryAdmin

from agencies import actions
from agencies.audited_admin import AuditedAdmin
from agencies.models import (
    Agency,
    OneTimeLink,
    Province,
    Role,
    RosterRecord,
    SecondFactorDuty,
    User,
)
from agencies.models.people import SYSTEM_USERNAME
from agencies.second_factor import has_factor

# Rights follow from an account's role alone, so Django's own groups mean nothing here. The second
# factors' secrets are nobody's to read or edit: taking one away is an act.
for model in (Group, Authenticator, EmailAddress, EmailConfirmation):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


LINK_MAIL = gettext_noop(
    "%(account)s,\n\nby this link you choose the password of your account %(username)s. "
    "It is taken once, until %(day)s:\n\n%(address)s\n\n"
    "If you did not expect it, tell your administrator and do not open it.\n"
)


class AgencyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable
    """An agency by the name it bears or bore last, and its code."""

    def __init__(self) -> None:
        believed = RosterRecord.objects.believed().filter(agency=OuterRef("pk"))
        last = believed.order_by("-valid_from")
        named = Agency.objects.annotate(
            last_name=Subquery(last.values("name")[:1]),
            last_key=Subquery(last.values("sort_key")[:1]),
        )
        super().__init__(
            named.order_by("last_key", "code"),
            required=False,
            label=_("agency"),
            help_text=_("Whom an agency contact reports for; nobody else has one."),
        )

    def label_from_instance(self, obj: Any) -> str:
        """Return the name and the code."""
        return f"{obj.last_name} ({obj.code})"


class AccountForm(UserChangeForm):  # type: ignore[type-arg]  # not subscriptable
    """An account; its password is its bearer's own."""

    password = None  # type: ignore[assignment]  # takes the field out
    agency = AgencyChoice()

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "role", "agency", "province", "is_active")


class LinkForm(forms.Form):
    """How a one-time link goes to its bearer."""

    send = forms.BooleanField(label=_("Send the link by e-mail as well"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.EMAIL_URL:
            del self.fields["send"]


class NewAccountForm(forms.ModelForm):  # type: ignore[type-arg]  # likewise
    """A new account with its role; its bearer chooses the password by a link."""

    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    agency = AgencyChoice()

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "role", "agency", "province")

    def clean_username(self) -> str:
        """Refuse a name that differs from another's by capitals alone."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("There is an account of this name already."))
        return username


class ResetForm(forms.Form):
    """Why somebody's second factor is taken away; they read it at their next sign-in."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


@admin.register(User)
class AccountAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Accounts: made, given a role and a link, closed; never deleted, entries name them."""

    add_form_template = "admin/agencies/user/add.html"
    change_form_template = "admin/agencies/user/change.html"
    form = AccountForm
    add_form = NewAccountForm
    list_display = ("username", "full_name", "role", "agency", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "full_name")
    ordering = ("username",)
    filter_horizontal = ()
    list_select_related = ("agency", "province")
    fieldsets = ((None, {"fields": AccountForm.Meta.fields}),)
    add_fieldsets = ((None, {"fields": NewAccountForm.Meta.fields}),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a province where one is on record."""
        return _as_kept(super().get_fieldsets(request, obj))

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the province where one is on record."""
        shown = list(super().get_list_display(request))
        if Province.objects.exists():
            shown.insert(shown.index("agency") + 1, "province")
        return shown

    def get_urls(self) -> list[URLPattern]:
        """Leave out Django's page for somebody else's password; add links and the reset."""
        wrap = self.admin_site.admin_view
        own = [
            path("<id>/link/", wrap(self.link_view), name="agencies_user_link"),
            path("<id>/second-factor/", wrap(self.reset_view), name="agencies_user_reset"),
        ]
        return own + super(UserAdmin, self).get_urls()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep every account: what it recorded names it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the account alone that commands act under: nobody signs in with it."""
        is_system = isinstance(obj, User) and obj.username == SYSTEM_USERNAME
        return super().has_change_permission(request, obj) and not is_system

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save; a new account has no password yet, a closed account's sessions end."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            actions.end_sessions(user=obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the link of a new account, this once."""
        return self._made(request, obj, is_sent=False)

    @method_decorator(never_cache)
    def link_view(self, request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
        """Make a link for whoever forgot the password, or let the first link run out."""
        account = self._account(request, id)
        form = LinkForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._made(request, account, is_sent=form.cleaned_data.get("send", False))
        return self._page(request, "link", account, form=form)

    def reset_view(self, request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
        """Take an account's second factor away, for a reason that its bearer reads."""
        account = self._account(request, id)
        form = ResetForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                actions.reset_factor(user=account, reason=reason, by=self._by(request))
            except ValidationError as error:
                form.add_error(None, " ".join(error.messages))
            else:
                said = gettext("The second factor was taken away and the sessions were ended.")
                messages.success(request, said)
                return redirect("admin:agencies_user_change", account.pk)
        return self._page(request, "reset", account, form=form, has_factor=has_factor(account))

    def _account(self, request: HttpRequest, pk: str) -> User:
        account = self.get_object(request, pk)
        if not isinstance(account, User):
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account

    def _by(self, request: HttpRequest) -> User:
        assert isinstance(request.user, User)
        return request.user

    def _made(self, request: HttpRequest, account: User, *, is_sent: bool) -> HttpResponse:
        """Make a link, send it where that was asked, and show it this once."""
        try:
            link, token = actions.make_link(user=account, by=self._by(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:agencies_user_change", account.pk)
        address = request.build_absolute_uri(reverse("choose-password", args=[token]))
        sent = is_sent and bool(account.email) and sent_by_mail(link, address)
        given = {"address": address, "link": link, "asked": is_sent, "sent": sent}
        response = self._page(request, "link_made", account, **given)
        response["Cache-Control"] = "no-store, no-transform"  # a secret is not compressed
        return response

    def _page(self, request: HttpRequest, name: str, account: User, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "account": account,
            **more,
        }
        return TemplateResponse(request, f"admin/agencies/user/{name}.html", context)


def _as_kept(fieldsets: Any) -> Any:
    """Return the fields of an account without a province where the office keeps one alone."""
    if Province.objects.exists():
        return fieldsets
    return [
        (title, {**said, "fields": tuple(name for name in said["fields"] if name != "province")})
        for title, said in fieldsets
    ]


def sent_by_mail(link: OneTimeLink, address: str) -> bool:
    """Send a link to its bearer; say whether the mail server took it."""
    day = date_format(localtime(link.expires_at), "d/m/Y H:i")
    said = {"account": link.user, "username": link.user.username, "day": day, "address": address}
    text = gettext(LINK_MAIL) % said
    subject = gettext("Choose your password")
    try:
        return bool(send_mail(subject, text, None, [link.user.email]))
    except OSError:  # smtplib's errors are of this kind
        return False


@admin.register(SecondFactorDuty)
class DutyAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """Which role signs in with a second factor, from which day; without a line none must."""

    list_display = ("role", "required_from")
