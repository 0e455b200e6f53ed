"""What deals do to the independent simulator: signings, promotion, and the gaps that become work."""

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import Deal, Gap
from tests.engine.independent_state import Job, State


class Deals(State):
    """Signings and gaps."""

    def sign(self) -> bool:
        """Sign the deals whose date has come, those to be placed in front last."""
        rows = {deal.name: row for row, deal in enumerate(self.roadmap.deals)}
        due = [d for d in self.roadmap.signed if d.name not in self.signed and grid(d.signs) <= self.now]
        for deal in sorted(due, key=lambda deal: (deal.signs, -rows[deal.name])):
            self.signed.append(deal.name)
            self.entered |= self.brought_by(deal)
            if deal.promoted and "scope" not in deal.off:
                self.promote(deal)
        return bool(due)

    def promote(self, deal: Deal) -> None:
        """Give the first places to a deal's promised features, each behind its unshipped needs."""
        order: list[str] = []
        for promise in self.roadmap.promises_of(deal.name):
            if promise.feature in self.in_plan:
                self.visit(promise.feature, order)
        for index, name in enumerate(order):
            self.places[name] = (0, -float(len(self.signed)), index)

    def visit(self, feature: str, order: list[str]) -> None:
        """Append a feature behind its unshipped needs."""
        if feature in order:
            return
        for need, _ in self.needs_of(feature):
            if need not in self.shipped:
                self.visit(need, order)
        order.append(feature)

    def find_gaps(self) -> bool:
        """Find the gaps whose date has come or whose feature is built; turn those of signed deals into work."""
        changed = False
        for row in self.live_gaps():
            by_date = row.found is not None and grid(row.found) <= self.now
            by_practice = row.name in self.finds and grid(self.finds[row.name]) <= self.now
            if row.name not in self.found and (by_date or by_practice or row.feature in self.shipped):
                self.found[row.name] = self.now
                changed = True
                if "retrofit" in self.roadmap.deal_named[row.deal].off:
                    self.closed[row.name] = self.now
        for job in self.jobs:
            gap = job.gap
            if gap is not None and job.queued is None and gap.name in self.found and gap.deal in self.signed:
                self.start_retrofit(job, gap)
                changed = True
        return changed

    def start_retrofit(self, job: Job, gap: Gap) -> None:
        """Queue a retrofit, as a fire drill if its due date is near."""
        dues = [promise.due for promise in self.roadmap.promises_of(gap.deal) if promise.feature == gap.feature]
        job.queued = self.now
        job.drill = grid(dues[0]) - self.now < self.value["fire_drill_lead"]
