"""Office files packed so that the same content gives the same bytes."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)  # a ZIP knows no earlier moment


def packed(content: bytes, at: datetime) -> bytes:
    """Return a ZIP with the same parts in the same order, every one of them dated `at` in UTC."""
    moment = max(at.astimezone(UTC).timetuple()[:6], EARLIEST)
    file = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name in given.namelist():
            info = ZipInfo(name, moment)
            info.external_attr, info.create_system = 0o600 << 16, 0
            package.writestr(info, given.read(name), ZIP_DEFLATED)
    return file.getvalue()
