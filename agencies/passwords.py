"""Passwords that people here choose before all others."""

import string
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.vietnamese import fold

LIST = Path(settings.BASE_DIR) / "fixtures" / "common_passwords.txt"
AROUND = string.digits + string.punctuation + string.whitespace
# Signs and digits that stand for letters, as in M@tkh4u.
STANDS_FOR = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s"})


@cache
def common_words() -> frozenset[str]:
    """Return the words of the list: letters alone, without diacritics."""
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(letters(line) for line in lines if line and not line.startswith("#"))


def letters(text: str) -> str:
    """Return the letters of a text without diacritics, spaces, signs and digits."""
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isalpha())


def is_common(password: str) -> bool:
    """Say whether a password is made of common words alone, whatever digits and signs go with it.

    "Kon Tum@2025", "matkhau123456" and "M@tkh4u!!!!!" are; four words of a sentence are not.
    """
    return any(
        is_made_of(letters(read), common_words())
        for read in (password, password.strip(AROUND).translate(STANDS_FOR))
    )


def is_made_of(text: str, words: frozenset[str]) -> bool:
    """Say whether a text is nothing but words one after the other; an empty one is."""
    longest = max(map(len, words))
    ends = {0}  # places that words from the beginning reach
    for place in range(1, len(text) + 1):
        starts = range(max(0, place - longest), place)
        if any(start in ends and text[start:place] in words for start in starts):
            ends.add(place)
    return len(text) in ends


class NotCommonHere:
    """Refuse a password made of words that are tried first: the list of this country's."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a common password."""
        if is_common(password[:200]):
            raise ValidationError(
                _("Passwords of common words, places and digits are the first to be guessed."),
                code="password_common_here",
            )

    def get_help_text(self) -> str:
        """Return the rule as the form prints it."""
        return _("Not only common words (mật khẩu, a province, a name of the office) with digits.")
