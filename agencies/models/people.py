"""The people who sign in, and the one name that commands act under."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.permissions import Act, Role, may

__all__ = ["Role", "User"]

OF_A_PROVINCE = (Role.OFFICER, Role.HEAD)
SYSTEM_USERNAME = "hệ thống"


class UserManager(BaseUserManager["User"]):
    """Makes accounts as Django's own commands expect it."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it cannot sign in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator (`manage.py createsuperuser`)."""
        return self.create_user(username, password, **{**fields, "role": Role.ADMINISTRATOR})

    def system(self) -> "User":
        """Return the account that commands act under when nobody is named."""
        return self.get(username=SYSTEM_USERNAME)


class User(AbstractBaseUser):
    """One account. What it may do follows from its role alone (agencies/permissions.py)."""

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("agency"),
        help_text=_("Whom an agency contact reports for; nobody else has one."),
    )
    province = models.ForeignKey(
        "agencies.Province",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("province"),
        help_text=_("Whose agencies alone the account sees and edits; empty for all."),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    hint_seen = models.CharField(
        _("hint put away as"),
        max_length=20,
        choices=Role,
        blank=True,
        editable=False,
        help_text=_("The role whose first hint the reader has put away."),
    )

    history = HistoricalRecords(excluded_fields=["password", "last_login", "hint_seen"])
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role=Role.CONTACT, agency__isnull=False)
                | (~Q(role=Role.CONTACT) & Q(agency__isnull=True)),
                name="user_contact_has_an_agency",
                violation_error_message=_("A contact has an agency, nobody else does."),
            ),
            models.CheckConstraint(
                condition=Q(province__isnull=True) | Q(role__in=[Role.OFFICER, Role.HEAD]),
                name="user_of_a_province_is_officer_or_head",
                violation_error_message=_("Only an officer or a head keeps one province alone."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def clean(self) -> None:
        """Check that whoever may sign in has a role, and a contact alone an agency."""
        super().clean()
        if self.role == Role.CONTACT and self.agency_id is None:
            raise ValidationError({"agency": _("Name the agency that the contact reports for.")})
        if self.role != Role.CONTACT and self.agency_id is not None:
            raise ValidationError({"agency": _("Only an agency contact has an agency.")})
        if self.role not in OF_A_PROVINCE and self.province_id is not None:
            said = _("Only an officer or a head keeps one province alone.")
            raise ValidationError({"province": said})
        if self.is_active and not self.role:
            raise ValidationError({"role": _("An account that may sign in needs a role.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; that somebody signed in changes nothing whose history is kept."""
        if kwargs.get("update_fields") != ["last_login"]:
            super().save(*args, **kwargs)
            return
        self.skip_history_when_saving = True  # its mere presence is what counts
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    @property
    def has_hint(self) -> bool:
        """Say whether the first page still shows the hint for the reader's role."""
        return self.hint_seen != self.role

    # Django's admin asks these; they answer from the role, so there is no second truth.
    @property
    def is_staff(self) -> bool:
        """Say whether the account may open the administration pages."""
        return may(self, Act.ADMINISTER)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Say whether the account may edit reference data and accounts."""
        return self.is_active and may(self, Act.ADMINISTER)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether the account sees an app in the administration pages."""
        return self.has_perm(app_label)
