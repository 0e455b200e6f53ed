"""Published runs to deliver, as small as they can be."""

from ripple.reports.outputs import shelf
from ripple.reports.publish import json_of, write_file

PROMISE = {
    "feature": "sso", "deal": "north", "title": "Single sign-on", "customer": "North Rail", "due": "2027-03-31",
    "base": 0.8, "base_lower": 0.7, "base_upper": 0.88, "alternative": 0.3, "alternative_lower": 0.2,
    "alternative_upper": 0.42, "new": False,
}  # fmt: skip
SUMMARY = {
    "headline": "Signing breaks 1 of 2 promises.", "n": 400, "promises": [PROMISE],
    "checks": {"balance": True}, "assumed_effort": [],
}  # fmt: skip


def published(outputs, summary=SUMMARY, changes=None, values=None, name="weekly", page="<title>The deal</title>"):
    """One published run of a report."""
    with shelf(outputs, name) as place, place.workplace() as work:
        write_file(work / "report.html", page)
        write_file(work / "summary.json", json_of(summary))
        if changes is not None:
            write_file(work / "changes.json", json_of(changes))
        return place.publish(work, {"notebook": "02_deal_impact", "parameters": values or {"roadmap": "data/plan"}})
