"""What a page or a file is asked: day, knowledge, edition, comparison, and about whom."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache, cached_property, lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from agencies.asof import AsOf
from agencies.house_style import moment as written_moment
from agencies.house_style import short_date
from agencies.models import DataVersion, Edition, Province, data_version, edition_asked_about
from agencies.remembered import remembered

DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
DUTY = "duty"
PROVINCE = "province"
LONGEST_PROVINCE = Province._meta.get_field("code").max_length or 0
MOST_REPEATED = 60  # characters
MOST_PROVINCES = 500  # asked for at once
LONGEST_EDITION = Edition._meta.get_field("code").max_length or 0
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def repeated(typed: Any) -> str:
    """Return what was typed as a message repeats it: printable, and short enough to be read."""
    return Truncator("".join(filter(str.isprintable, str(typed)))).chars(MOST_REPEATED)


class DayField(forms.DateField):
    """A day as offices write it, 05/03/2014; ISO 8601 is read as well."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": _("dd/mm/yyyy")})
        )
        super().__init__(input_formats=DATE_FORMATS, **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the day, with a message that repeats what was typed and says what is allowed."""
        try:
            day = super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not a day; write for example 05/03/2014."),
                params={"value": repeated(value)},
            ) from None
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(
                _("“%(value)s”: days from %(first)s to %(last)s are allowed."),
                params={
                    "value": repeated(value),
                    "first": short_date(FIRST_DAY),
                    "last": short_date(LAST_DAY),
                },
            )
        return day


class MomentField(forms.Field):
    """A moment: ISO 8601, or dd/mm/yyyy with an optional time of day.

    Without an offset the office's time zone is meant, without a time the end of the day.
    """

    def to_python(self, value: Any) -> datetime | None:
        """Return the aware moment, None for an empty field."""
        text = (value or "").strip()
        if not text:
            return None
        moment = self._parse(text)
        if moment is None:
            raise ValidationError(
                _("“%(value)s” is not a moment; write for example 05/03/2014 16:30."),
                params={"value": repeated(value)},
            )
        if moment > timezone.now():
            raise ValidationError(
                _("“%(value)s” lies in the future; nobody knows yet what will be on record then."),
                params={"value": repeated(value)},
            )
        return moment

    def _parse(self, text: str) -> datetime | None:
        for pattern in DATE_FORMATS:
            for suffix in ("", " %H:%M", " %H:%M:%S"):
                try:
                    moment = datetime.strptime(text, pattern + suffix)  # noqa: DTZ007
                except ValueError:
                    continue
                return self._aware(moment if suffix else self._end_of(moment.date()))
        # A "+" in an address arrives as a space.
        iso = text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text
        try:
            moment_or_none = parse_datetime(iso)
        except ValueError:
            return None
        return moment_or_none and self._aware(moment_or_none)

    def _end_of(self, day: date) -> datetime:
        """Return the last moment of a day, or the present one where the day is today."""
        if day == timezone.localdate():
            return timezone.localtime().replace(tzinfo=None)
        return datetime.combine(day, time.max)

    def _aware(self, moment: datetime) -> datetime | None:
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            return None
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


class EditionField(forms.CharField):
    """An edition by its code ("TCVN ISO 9001:2015") or its year."""

    def to_python(self, value: Any) -> Any:
        """Return the edition, None for an empty field."""
        text = super().to_python(value)
        if not text:
            return None
        edition = find_edition(text)
        if edition is None:
            raise ValidationError(
                _("“%(value)s” is not an edition on record; allowed: %(allowed)s."),
                params={
                    "value": repeated(text),
                    "allowed": ", ".join(Edition.objects.values_list("code", flat=True)),
                },
            )
        return edition


def find_edition(text: str) -> Edition | None:
    """Return the edition of a code or a year, None where there is none."""
    if not text.isprintable() or len(text) > LONGEST_EDITION:
        return None  # a NUL to PostgreSQL, 70 000 characters to SQLite: not even to be asked for
    by_code = Edition.objects.filter(code__iexact=text).first()
    if by_code is None and text.isascii() and text.isdigit() and len(text) == 4:
        return Edition.objects.filter(year=int(text)).first()
    return by_code


def edition_choices(typed: str) -> list[tuple[str, Any]]:
    """Return the editions to choose from, and what was typed where it is none of them."""
    codes = list(Edition.objects.order_by("-year").values_list("code", flat=True))
    others = [typed] if typed and typed not in codes else []
    first: tuple[str, Any] = ("", _("the one in force on the day"))
    return [first, *((code, code) for code in [*codes, *others])]


class ProvincesField(forms.Field):
    """Provinces by their codes, each value one or several between commas."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> tuple[Province, ...]:
        """Return the provinces in their order, none for an empty field."""
        codes = province_codes(value)
        if not codes:
            return ()
        # A NUL to PostgreSQL, 70 000 characters to SQLite: not even to be asked for.
        asked = [code for code in codes if code.isprintable() and len(code) <= LONGEST_PROVINCE]
        found = {row.code: row for row in Province.objects.filter(code__in=asked[:MOST_PROVINCES])}
        for code in codes:
            if code not in found:
                raise ValidationError(
                    _("“%(value)s” is not a province on record; allowed: %(allowed)s."),
                    params={"value": repeated(code), "allowed": _codes_allowed()},
                )
        return tuple(found.values())


def province_codes(value: Any) -> list[str]:
    """Return the codes of provinces that were typed or chosen, each once."""
    values = value if isinstance(value, list | tuple) else [value or ""]
    parts = (code.strip() for one in values for code in str(one).split(","))
    return list(dict.fromkeys(filter(None, parts)))


def _codes_allowed() -> Any:
    codes = list(Province.objects.values_list("code", flat=True))
    return ", ".join(codes) or _("none, as this office keeps one province alone")


class QuestionForm(forms.Form):
    """The as-of bar's form; everything may stay empty."""

    as_of = DayField(label=_("Figures as of"), required=False)
    known_at = MomentField(
        label=_("as known at"),
        required=False,
        help_text=_("Empty: all that is on record now. A day alone means its end."),
    )
    compared_with = DayField(label=_("compared with"), required=False)
    edition = EditionField(label=_("edition asked about"), required=False, strip=True)
    only = forms.ChoiceField(
        label=_("agencies"),
        required=False,
        choices=[("", _("all")), (DUTY, _("only those with a duty"))],
        error_messages={
            "invalid_choice": _("“%(value)s” is not a choice; “duty” or nothing is allowed.")
        },
    )

    province = ProvincesField(
        label=_("provinces"),
        required=False,
        help_text=_("None chosen: all of them. Hold Ctrl to choose several."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The bar stands on every page beside other forms, which have an edition too.
        super().__init__(*args, **{"auto_id": "asked_%s", **kwargs})

    def to_show(self, *, has_provinces: bool = False) -> "QuestionForm":
        """Return the form with what there is to choose from; reading alone needs no list."""
        typed = str(self.data.get("edition", ""))
        self.fields["edition"].widget = forms.Select(choices=edition_choices(typed))
        if has_provinces:
            choices = [(row.code, row.label) for row in Province.objects.all()]
            self.fields[PROVINCE].widget = forms.SelectMultiple(choices=choices, attrs={"size": 4})
        else:
            del self.fields[PROVINCE]
        return self


QUESTION_FIELDS = frozenset(QuestionForm.base_fields)


@dataclass(frozen=True)
class Question:
    """What is asked; `said` are the values that the address itself gave.

    `data_version` is the version of the data that it is answered from. `provinces` are those of
    `as_of`; `is_bound` where the reader is shown no other.
    """

    as_of: AsOf
    edition: Edition
    compared_on: date
    said: Mapping[str, str]
    data_version: DataVersion
    provinces: tuple[Province, ...] = ()
    is_bound: bool = False

    @property
    def compared(self) -> AsOf:
        """Return the comparison day with the same knowledge."""
        return self.as_of.on(self.compared_on)

    def of_everyone(self) -> "Question":
        """Return the same question about every agency, with a duty or without."""
        said = {name: value for name, value in self.said.items() if name != "only"}
        return replace(self, as_of=self.as_of.everyone, said=said)

    @property
    def line(self) -> str:
        """Return the line that says on paper and in files what was asked."""
        line = _(
            "Figures as of %(day)s, as known at %(known_at)s (Vietnam time); "
            "edition asked about %(edition)s; compared with %(compared)s"
        ) % {
            "day": short_date(self.as_of.day),
            "known_at": written_moment(self.as_of.known_at),
            "edition": self.edition.code,
            "compared": short_date(self.compared_on),
        }
        if self.provinces:
            line = f"{line}; {self.provinces_line}"
        if self.as_of.duty_only:
            line = f"{line}; {_('only agencies with a duty are counted')}"
        return str(line)

    @property
    def provinces_line(self) -> str:
        """Return the provinces asked for in words, nothing where none are."""
        if not self.provinces:
            return ""
        return str(_("provinces: %(names)s") % {"names": self.province_names})

    @property
    def province_names(self) -> str:
        """Return the names of the provinces asked for, between commas."""
        return ", ".join(row.label for row in self.provinces)

    @property
    def province_codes(self) -> tuple[str, ...]:
        """Return the codes of the provinces asked for, in the provinces' order."""
        return tuple(row.code for row in self.provinces)

    def as_typed(self) -> dict[str, Any]:
        """Return what the address said, in the house's way of writing days and moments."""
        written = {
            "as_of": short_date(self.as_of.day),
            "known_at": written_moment(self.as_of.known_at),
            "compared_with": short_date(self.compared_on),
            "edition": self.edition.code,
            "only": DUTY,
            PROVINCE: list(self.province_codes),
        }
        return {name: text for name, text in written.items() if name in self.said}

    @property
    def is_about_now(self) -> bool:
        """Say whether neither the day nor the knowledge was chosen."""
        return not (self.said.get("as_of") or self.said.get("known_at"))

    def url(self, name: str, *args: object, **query: str | int | None) -> str:
        """Return the address of a page that is asked the same, with further parameters."""
        parameters = {**self.said, **{key: value for key, value in query.items() if value}}
        address = self._address(name, *(part for part in args if part is not None))
        said = "&".join(_written(key, value) for key, value in parameters.items())
        return f"{address}?{said}" if said else address

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what the address said as a form repeats it, a field for every value."""
        return [pair for name, value in self.said.items() for pair in _pairs(name, value)]

    @property
    def permalink(self) -> str:
        """Return all that is asked as the query string of an address."""
        return "&".join(_written(name, value) for name, value in self.parameters().items())

    @cached_property
    def _address(self) -> Callable[..., str]:
        # A page leads to the same list hundreds of times, and finding an address is slow.
        return cache(lambda name, *args: reverse(name, args=args))

    def parameters(self) -> dict[str, str]:
        """Return all values as a permalink writes them out; duty and provinces where asked for.

        Several provinces stand between commas.
        """
        provinces = {PROVINCE: ",".join(self.province_codes)} if self.provinces else {}
        only = {"only": DUTY} if self.as_of.duty_only else {}
        return {
            "as_of": self.as_of.day.isoformat(),
            "known_at": self.as_of.known_at_utc,
            "compared_with": self.compared_on.isoformat(),
            "edition": self.edition.code,
            **only,
            **provinces,
        }


@lru_cache(maxsize=4096)
def _written(key: str, value: str | int) -> str:
    # The same few pairs stand in the hundreds of addresses of a page.
    return urlencode(_pairs(key, value))


def _pairs(key: str, value: str | int) -> list[tuple[str, str]]:
    """Return a parameter as an address bears it: provinces one by one."""
    values = str(value).split(",") if key == PROVINCE else [str(value)]
    return [(key, one) for one in values]


class OtherProvince(Exception):
    """Somebody who keeps one province asks about another; `own` is theirs."""

    def __init__(self, own: Province) -> None:
        super().__init__(str(own))
        self.own = own


class BadQuestion(Exception):
    """The address asks something that cannot be answered; `form` says what and why."""

    def __init__(self, form: QuestionForm) -> None:
        super().__init__(form.errors.as_text())
        self.form = form


def ask(
    *,
    day: date | None = None,
    known_at: datetime | None = None,
    edition: Edition | None = None,
    compared_on: date | None = None,
    said: Mapping[str, str] | None = None,
    duty_only: bool = False,
    provinces: Iterable[Province] = (),
    is_bound: bool = False,
) -> Question:
    """Return a question with its defaults: today, now, the edition of the day, last year's end."""
    asked = tuple(sorted(provinces, key=lambda row: (row.position, row.code)))
    ids = tuple(sorted(row.pk for row in asked))
    as_of = AsOf(day or timezone.localdate(), known_at or timezone.now(), duty_only, ids)
    version = data_version(as_of.known_at)
    find = partial(edition_asked_about, as_of.day)
    return Question(
        as_of,
        edition or remembered(version, "edition asked about", find, as_of.day),
        compared_on or date(as_of.day.year - 1, 12, 31),
        said or {},
        version,
        asked,
        is_bound,
    )


def read_question(parameters: Mapping[str, Any], own: Province | None = None) -> Question:
    """Return what an address or a command line asks, narrowed to `own` where there is one.

    Raises:
        BadQuestion: a value cannot be read.
        OtherProvince: another province than `own` is asked about.
    """
    form = QuestionForm(parameters)
    if not form.is_valid():
        raise BadQuestion(form)
    values = form.cleaned_data
    provinces = values[PROVINCE]
    said = {name: parameters[name] for name in form.fields if parameters.get(name)}
    if provinces:
        said[PROVINCE] = ",".join(row.code for row in provinces)
    if own is not None:
        if any(row.pk != own.pk for row in provinces):
            raise OtherProvince(own)
        provinces = (own,)
    return ask(
        day=values["as_of"],
        known_at=values["known_at"],
        edition=values["edition"],
        compared_on=values["compared_with"],
        duty_only=values["only"] == DUTY,
        said=said,
        provinces=provinces,
        is_bound=own is not None,
    )
