"""Technical validation, before the contract: what each open deal needs of interfaces, against what there is."""

from ripple.alignment.validation.day import hourly, simulated_days, together
from ripple.alignment.validation.proof import trying
from ripple.alignment.validation.study import Validation, phases, validate, verdict_frame
from ripple.roadmap.alignment_tables import Interfaces, load_interfaces

__all__ = [
    "Interfaces",
    "Validation",
    "hourly",
    "load_interfaces",
    "phases",
    "simulated_days",
    "together",
    "trying",
    "validate",
    "verdict_frame",
]
