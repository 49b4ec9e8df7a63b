#!/usr/bin/env python
"""Django's command line for kontum-qms."""

import os
import sys


def main() -> None:
    """Run one management command; a database or disk that does not answer is told in a line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kontum_qms.settings")
    from django.core.management import execute_from_command_line
    from django.db import Error

    try:
        execute_from_command_line(sys.argv)
    except (Error, OSError) as error:
        from kontum_qms.unavailable import told

        if "--traceback" in sys.argv or (line := told(error)) is None:
            raise
        sys.exit(line)


if __name__ == "__main__":
    main()
