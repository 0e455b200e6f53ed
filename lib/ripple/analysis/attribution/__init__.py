"""Which mechanism of a deal causes how much: exact Shapley values of slips and money, all combinations on one luck."""

from ripple.analysis.attribution.sentences import attribution_sentences
from ripple.analysis.attribution.study import Attribution, attribution

__all__ = ("Attribution", "attribution", "attribution_sentences")
