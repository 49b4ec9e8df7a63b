"""Vietnamese text: stored in one form, found without marks, sorted as in a dictionary."""

import unicodedata

import pytest

from agencies.vietnamese import clean_text, fold, sort_key


def in_order(*words: str) -> bool:
    keys = [sort_key(word) for word in words]
    return keys == sorted(keys) and len(set(keys)) == len(keys)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_text_is_stored_composed_and_without_stray_spaces():
    assert clean_text(decomposed("  UBND  xã\u00a0Đắk\tLong\n")) == "UBND xã Đắk Long"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("UBND huyện Đắk Hà", "ubnd huyen dak ha"),
        ("Đăk Glei", "dak glei"),
        ("Ngọc Hồi, Sa Thầy", "ngoc hoi sa thay"),
        ("19/2014/QĐ-TTg", "19 2014 qd ttg"),
        ("Sở NN&PTNT", "so nn ptnt"),
        ("ƯƠNG ươn", "uong uon"),
        ("", ""),
    ],
)
def test_search_is_blind_to_marks_case_and_signs(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    "variant", ["Ia H'Drai", "Ia H' Drai", "Ia H’Drai", "Ia H’ Drai", "Ia H‘Drai", "Ia HʼDrai"]
)
def test_every_apostrophe_is_one_place(variant):
    assert fold(variant) == "ia hdrai"
    assert sort_key(variant) == sort_key("Ia H'Drai")


def test_composed_and_decomposed_text_are_the_same():
    name = "UBND xã Đắk Rơ Ông, Tu Mơ Rông"

    assert fold(decomposed(name)) == fold(name)
    assert sort_key(decomposed(name)) == sort_key(name)


def test_upper_and_lower_case_sort_together():
    assert sort_key("ĐẮK HÀ") == sort_key("đắk hà")


def test_letters_with_marks_are_letters_of_their_own():
    assert in_order(*"aăâbcdđeêghiklmnoôơpqrstuưvxy")


def test_d_with_a_stroke_comes_after_every_d():
    assert in_order("Dăk", "Dục", "Đắk")


def test_tones_follow_the_dictionary():
    assert in_order("ma", "mà", "mả", "mã", "má", "mạ")


def test_letters_count_before_tones():
    assert in_order("mạ", "mai")
    assert in_order("Đắk Hà", "Đăk Pék")  # ắ and ă are one letter, h comes before p


def test_tones_decide_where_all_letters_are_the_same():
    assert in_order("Đăk Long", "Đắk Long")
    assert in_order("Hoà An", "Hoá An")


def test_a_shorter_word_comes_before_a_longer_one():
    assert in_order("Đắk", "Đắk Hà", "Đắka")


def test_digits_come_before_letters():
    assert in_order("Phường 1", "Phường 2", "Phường A")


def test_signs_do_not_count():
    assert sort_key("Phòng, chống") == sort_key("Phòng chống")


def test_the_key_is_hexadecimal_so_that_no_collation_matters():
    assert set(sort_key("UBND xã Đắk Rơ Wa (2) – ß €")) <= set("0123456789abcdef")
