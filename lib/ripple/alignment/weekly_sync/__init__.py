"""The weekly sync of sales and product: what came up, what answers it, what moved, and what is to be decided."""

from ripple.alignment.weekly_sync.pack import WeeklySync, weekly_sync
from ripple.alignment.weekly_sync.week import Week, day_named, load_week

__all__ = ["Week", "WeeklySync", "day_named", "load_week", "weekly_sync"]
