"""All open deals of a roadmap, alone and together: which of them get in each other's way, and what that costs."""

from ripple.analysis.portfolio.sentences import points, portfolio_summary
from ripple.analysis.portfolio.study import Portfolio, portfolio

__all__ = ("Portfolio", "points", "portfolio", "portfolio_summary")
