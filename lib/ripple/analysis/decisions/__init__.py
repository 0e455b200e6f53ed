"""What to do about a deal: what could be promised, at what price, which answer is best, and what would change that."""
