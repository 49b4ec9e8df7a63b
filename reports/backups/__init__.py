"""Backups: one file with every row and every document, and what proves that it is whole.

`rows` reads and writes rows in a form that both databases share; `archive` is the one file;
`manifest` says what is in it; `snapshot` holds a database still while it is read; `staging`
puts files in their place; `scratch` is an installation to try things in.
"""

from reports.backups.manifest import KeptFile, Manifest, TablePart
from reports.backups.problems import BadBackup

__all__ = ["BadBackup", "KeptFile", "Manifest", "TablePart"]
