"""As much of a browser as an officer's forms need."""

import http.client
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import uuid4

from scripts.faults.site import PASSWORD

Fields = Sequence[tuple[str, str]]
Files = Mapping[str, tuple[str, bytes]]  # the field to the file's name and content
# What a request meets whose server is killed.
LOST = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def is_taken(self) -> bool:
        """Say whether a form was carried out: the server leads on to another page."""
        return self.status == 302 and "/accounts/login/" not in self.headers.get("Location", "")

    def values(self, name: str) -> list[str]:
        """Return the values of the inputs of a name."""
        found = re.findall(r"<input[^>]*>", self.body)
        inputs = [one for one in found if re.search(rf'\sname="{re.escape(name)}"', one)]
        values = [re.search(r'\svalue="([^"]*)"', one) for one in inputs]
        return [unescape(value.group(1)) for value in values if value]


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """Follow nothing: where a form leads says whether it was carried out."""


class Browser:
    """One person's browser; its cookies outlive the server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.cookies)
        self._opener = urllib.request.build_opener(cookies, _StayHere)

    def sign_in(self, username: str) -> None:
        """Sign in with the password of the run."""
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", [("username", username), ("password", PASSWORD)])
        assert answer.status == 302, f"{username} cannot sign in: {answer.status}"

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._open(urllib.request.Request(self.address + path))

    def post(self, path: str, fields: Fields, files: Files | None = None) -> Answer:
        """Send a form, with the token that the browser holds."""
        tokens = [cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken"]
        named = [*fields, *(("csrfmiddlewaretoken", token) for token in tokens)]
        if files is None:
            body, kind = urllib.parse.urlencode(named).encode(), ""
        else:
            body, kind = multipart(named, files)
        request = urllib.request.Request(self.address + path, body)
        if kind:
            request.add_header("Content-Type", kind)
        return self._open(request)

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=120)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            body = response.read().decode("utf-8", "replace")
            return Answer(response.status, response.headers, body)


def multipart(fields: Fields, files: Files) -> tuple[bytes, str]:
    """Return the body of a form with files, and its content type."""
    line = uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    for name, (file, content) in files.items():
        head = f'form-data; name="{name}"; filename="{file}"'
        head = f"--{line}\r\nContent-Disposition: {head}\r\nContent-Type: application/pdf\r\n\r\n"
        parts += [head.encode(), content, b"\r\n"]
    parts.append(f"--{line}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={line}"
