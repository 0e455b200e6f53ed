"""Habits that find gaps: what each saves on this roadmap, what it costs, and from which chance on it pays."""

from ripple.analysis.habits.study import Habits, habits

__all__ = ("Habits", "habits")
