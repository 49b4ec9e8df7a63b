"""The exchange format: one workbook for import, export and template.

`format` says which sheets, columns and words there are, in both directions; `xlsx` and
`parts` take the cells out of any file within bounds; `cells` and `reading` make typed rows of them.
"""

from agencies.exchange.format import (
    AGENCY_COLUMNS,
    AGENCY_SHEET,
    DECLARATION_WORDS,
    GROUP_COLUMNS,
    GROUP_SHEET,
    SHEETS,
    STAGE_WORDS,
    STATUS_COLUMNS,
    STATUS_SHEET,
    AgencyLine,
    CellValue,
    Column,
    ExchangeFile,
    GroupLine,
    SheetFormat,
    StatusLine,
    cells_of,
    sheets_to_write,
)
from agencies.exchange.problems import BadWorkbook, Problem, fix_key, shown
from agencies.exchange.reading import read_exchange_file, sorted_problems

__all__ = [
    "AGENCY_COLUMNS",
    "AGENCY_SHEET",
    "DECLARATION_WORDS",
    "GROUP_COLUMNS",
    "GROUP_SHEET",
    "SHEETS",
    "STAGE_WORDS",
    "STATUS_COLUMNS",
    "STATUS_SHEET",
    "AgencyLine",
    "BadWorkbook",
    "CellValue",
    "Column",
    "ExchangeFile",
    "GroupLine",
    "Problem",
    "SheetFormat",
    "StatusLine",
    "cells_of",
    "fix_key",
    "read_exchange_file",
    "sheets_to_write",
    "shown",
    "sorted_problems",
]
