"""Passwords that are tried first are refused; sentences of one's own are not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from agencies.passwords import is_common


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123456",
        "MatKhau@2025!",
        "M@tkh4u2025!!!",
        "mật khẩu 2025",
        "123456789012",
        "2025-2026-2027",
        "anhyeuem14022020",
        "AnhYeuEm@123",
        "KonTum2025@@",
        "Kon Tum, Quảng Ngãi 2025",
        "quangngai01072025",
        "DakHa123456!",
        "Admin@123456",
        "qwertyuiop123",
        "htqlclkontum1",
        "ChiCucTieuChuan1",
        "tcvniso90012015",
    ],
)
def test_a_common_password_is_refused(password):
    assert is_common(password)
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "Mat-khau-cua-Lan",
        "Mot-mat-khau-rieng-9",
        "Bon-chiec-thuyen-xanh",
        "ba con trâu đen uống nước",
        "x7Kq-mmP2-vRt9",
        "rừng khộp mùa mưa 12",
    ],
)
def test_a_password_of_one_s_own_is_taken(password):
    assert not is_common(password)
    validate_password(password)


@pytest.mark.parametrize("password", ["", " ", "\u0301", "😀" * 12, "a" * 100_000])
def test_any_text_is_answered(password):
    is_common(password[:200])


def test_the_rules_are_said_in_vietnamese():
    with translation.override("vi"), pytest.raises(ValidationError) as refused:
        validate_password("kontum2025")
    assert refused.value.messages
    assert not [said for said in refused.value.messages if "assword" in said]
