"""One deal, many answers: choices that redraw what they do, and can be saved as a scenario."""

from ripple.reports.what_if.app import what_if
from ripple.reports.what_if.choices import Choices

__all__ = ["Choices", "what_if"]
