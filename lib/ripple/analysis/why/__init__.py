"""Why a date moves: chains, the reasons that they consist of, waves, and the ripple graph."""
