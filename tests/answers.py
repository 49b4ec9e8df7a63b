"""Answers of the site that a test has asked for and does not read."""

from typing import Any


def put_away(answer: Any) -> None:
    """Read what is still to be sent, so that its file is closed.

    Not answer.close(): that says that the request is over, and Django then
    closes the connection to a PostgreSQL server in the midst of the test.
    """
    if answer.streaming:
        for _ in answer.streaming_content:
            pass
