"""What a scenario means in money: what is exposed, what saying yes is worth, and what is not priced."""

from ripple.analysis.money.value import Money, money, net_value

__all__ = ("Money", "money", "net_value")
