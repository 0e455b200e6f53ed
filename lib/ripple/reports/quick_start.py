"""Two seconds saved at every start of a process.

Importing jsonschema (which Altair and nbformat do) builds the grammar of international web addresses where the package
for it happens to be installed. No schema here checks such an address; jsonschema does without when it is told that
the package is missing. To be imported before them.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
