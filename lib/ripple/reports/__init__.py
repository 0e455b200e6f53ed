"""What people read."""

import ripple.reports.quick_start  # noqa: F401 (before Altair and nbformat, wherever they are imported)
