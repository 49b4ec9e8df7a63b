"""What actions write to the record of acts: an act as such, or what a row was and became."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Model, Q

from agencies.actions.chain import add_lines
from agencies.actions.entries import write_lock
from agencies.audited import Values, canonical, difference, plain, standing_values, values_of
from agencies.models import AuditLine, Deed, User

IS_NAME = re.compile(r"[\w.@+-]+")
LONGEST_NAME = 50


def note_act(
    deed: Deed,
    *,
    by: User | None,
    about: Model | None = None,
    words: str = "",
    said: Mapping[str, Any] | None = None,
) -> None:
    """Write that somebody did something, in the transaction of the act or one of its own.

    An action takes `write_lock` before it writes anything else, so that two never wait for
    each other.
    """
    with write_lock():
        after = {name: plain(value) for name, value in (said or {}).items()}
        add_lines([_line(deed, by, about, words=words, after=after)])


@contextmanager
def changing(row: Model, *, by: User | None, words: str = "") -> Iterator[None]:
    """Write what a block makes of a row: added, changed from what to what; nothing for nothing."""
    with write_lock():
        before = standing_values(row)
        yield
        note_rows([(row, before)], by=by, words=words)


def note_rows(rows: Iterable[tuple[Model, Values]], *, by: User | None, words: str = "") -> None:
    """Write what rows became, each given with its values before, none for a new one.

    Call it inside `write_lock`.
    """
    lines = []
    for row, before in rows:
        old, new = difference(row, before, values_of(row))
        if old or new or not before:
            deed = Deed.CHANGED if before else Deed.ADDED
            if "role" in old:
                deed = Deed.ROLE
            lines.append(_line(deed, by, row, words=words, before=old, after=new))
    add_lines(lines)


def note_gone(rows: Sequence[Model], *, by: User | None) -> None:
    """Write that rows are deleted; call it inside `write_lock`, while they are still there."""
    add_lines(
        [
            _line(Deed.DELETED, by, row, before=difference(row, values_of(row), {})[0])
            for row in rows
        ]
    )


def note_failed_sign_in(*, username: str, is_locked: bool) -> None:
    """Write that a sign-in failed, and whether the account is locked at that address by it.

    Of a name without an account only what can be one is kept: people type passwords there.
    """
    user = User.objects.filter(username=username).first() if "\0" not in username else None
    is_name = len(username) <= LONGEST_NAME and IS_NAME.fullmatch(username)
    words = username if user or is_name else ""
    with write_lock():
        for deed in [Deed.SIGN_IN_FAILED, *([Deed.LOCKED_OUT] if is_locked else [])]:
            add_lines([_line(deed, None, user, words=words)])


def note_export(*, by: User | None, name: str, asked: str = "") -> None:
    """Write that somebody took a file out, and what was asked for in it."""
    note_act(Deed.EXPORTED, by=by, words=name, said={"asked": asked} if asked else None)


def forget_person(*, user: User, by: User, used: Iterable[str]) -> None:
    """Make empty what the record says in words of an account, and where it acted from.

    `used` are the names and addresses that the account ever bore. The acts themselves, and what
    they changed of other rows, stay; the chain holds digests, so it stays whole.
    """
    with write_lock():
        traces = sorted({trace for trace in used if trace})
        about = Q(model=user._meta.label_lower, row=str(user.pk))
        mails = Q(pk__in=[])
        for mail in (trace for trace in traces if "@" in trace):
            mails |= Q(before__contains=mail) | Q(after__contains=mail)
        lines = AuditLine.objects.exclude(deed=Deed.ERASED)
        of_person = lines.exclude(words_salt="").filter(about | mails | Q(words__in=traces))
        taken = sorted(of_person.values_list("pk", flat=True))
        note_act(Deed.ERASED, by=by, about=user, words=f"#{user.pk}", said={"lines": taken})
        of_person.update(words_salt="", words="", before="", after="", search_text="")
        lines.filter(about | Q(by=user) | Q(pk__in=taken)).update(origin_salt="", origin="")


def _line(
    deed: Deed,
    by: User | None,
    about: Model | None,
    *,
    words: str = "",
    before: Values | None = None,
    after: Values | None = None,
) -> AuditLine:
    return AuditLine(
        by=by,
        deed=deed,
        model=about._meta.label_lower if about else "",
        row=str(about.pk) if about else "",
        words=words or (str(about) if about else ""),
        before=canonical(before or {}),
        after=canonical(after or {}),
    )
