"""How the second factors' secrets are kept: unreadable without the site's SECRET_KEY."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _fernet(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"second factor {secret}".encode()).digest()))


class FactorAdapter(DefaultMFAAdapter):
    """Says to allauth how secrets are kept and what authenticator apps call the site."""

    def encrypt(self, text: str) -> str:
        """Return a secret as the database keeps it."""
        return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a kept secret.

        Raises:
            InvalidToken: it was kept under a SECRET_KEY that is no longer known.
        """
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet([_fernet(key) for key in keys]).decrypt(encrypted_text).decode()

    def get_totp_label(self, user: object) -> str:
        """Return the name of the account, which tells two of them apart."""
        return str(getattr(user, "username", user))

    def get_totp_issuer(self) -> str:
        """Return what authenticator apps call the site."""
        return f"HTQLCL {settings.PROVINCE_NAME}"
