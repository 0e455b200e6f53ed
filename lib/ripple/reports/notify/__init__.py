"""A published report, sent to the people who wait for it: a digest of five lines by Slack or by e-mail.

`check_targets` reads what `reports.yml` says under `deliver:`, `deliver` sends. What is secret stands in the
environment or in a file of its own, is read by the sending step and nowhere else, and never reaches a kernel.
"""

from ripple.reports.notify.delivery import Delivery, deliver
from ripple.reports.notify.target import check_targets

__all__ = ["Delivery", "check_targets", "deliver"]
