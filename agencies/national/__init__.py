"""A country made up: agencies and histories of every province, for measuring and for trying out.

The provinces before and after 1 July 2025 are true, everything below them is invented
(fixtures/viet_nam/README.md). The same seed gives the same country.
"""

from agencies.national.loading import RECORDS, SIZES, Country, load

__all__ = ["RECORDS", "SIZES", "Country", "load"]
