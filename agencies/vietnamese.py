"""Vietnamese text: one form to store, one to search by, one to sort by."""

import re
import unicodedata

# The alphabet of TCVN 5712: letters with a mark of their own are letters of their own.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The order of tones in Vietnamese dictionaries: level, hỏi, ngã, sắc and nặng after huyền.
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTER_MARKS = "\u0302\u0306\u031b"  # circumflex, breve, horn
# "Ia H' Drai" and "Ia H'Drai" are one place; typists take whatever looks like an apostrophe.
APOSTROPHE = re.compile(r"['’‘ʼ`´]\s*")


def clean_text(text: str) -> str:
    """Return text on one line in NFC, without invisible characters or needless spaces."""
    seen = (c for c in unicodedata.normalize("NFC", text) if c.isspace() or _is_visible(c))
    return " ".join("".join(seen).split())


def clean_lines(text: str) -> str:
    """Return text in NFC with its line breaks, without control characters or outer spaces."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf")


def fold(text: str) -> str:
    """Return text as it is searched: lower case, without marks, Đ as d, words one space apart.

    >>> fold("UBND huyện Ia H' Drai")
    'ubnd huyen ia hdrai'
    """
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
        if not unicodedata.combining(character)
    )
    return " ".join(re.findall(r"[^\W_]+", APOSTROPHE.sub("", bare)))


def sort_key(text: str) -> str:
    """Return hexadecimal digits that sort as Vietnamese dictionaries do, in any collation.

    Words are compared letter by letter first (d before đ, a before ă before â) and by
    their tones only where all letters are the same. Digits come before letters.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in APOSTROPHE.sub("", unicodedata.normalize("NFC", text.lower())).split():
        for character in word:
            if not character.isalnum():
                continue
            letter, tone = _letter_and_tone(character)
            letters.append(f"{letter:02x}")
            tones.append(f"{tone:x}")
        letters.append("00")
        tones.append("0")
    return "".join(letters) + "00" + "".join(tones)


def _letter_and_tone(character: str) -> tuple[int, int]:
    """Return the place of a letter in the alphabet and the place of its tone."""
    parts = unicodedata.normalize("NFD", character)
    tone = next((TONES.index(part) for part in parts if part in TONES[1:]), 0)
    letter = unicodedata.normalize(
        "NFC", "".join(part for part in parts if part == parts[0] or part in LETTER_MARKS)
    )
    if letter.isdigit():
        return 1 + int(unicodedata.digit(letter, 0)), tone
    place = ALPHABET.find(letter[0])
    return (0x10 + place if place >= 0 else 0x60), tone
