"""Deliberately wrong kernels: a mistake, where it is made in the source of the kernel, and what then stands there."""

WRONG = {
    "stories end where the floats take them": (
        "(now + remaining / speed) + SNAP - SNAP if",
        "now + remaining / speed if",
    ),
    "lags end where the floats take them": ("(now + edge.lag) + SNAP - SNAP", "now + edge.lag"),
    "a turn is taken although another story ends": (
        "other_ends(w, slot.leaf) <= now",
        "other_ends(w, slot.leaf) < now",
    ),
    "a turn is taken although something else happens": ("now >= until or", "now > until or"),
    "a turn is taken behind the horizon": ("now > w.horizon or", ""),
    "what happens at the horizon is left out": (
        "if time > w.horizon:\n            break",
        "if time >= w.horizon:\n            break",
    ),
    "only one of the stories that end together ends": (
        "number, last = ZERO, w.n_slots",
        "number, last = number, number + 1",
    ),
    "stories that end together are not sorted": ("    sort_ending(w, n)\n", ""),
    "teams dispatch as they were touched": ("    sort(w.touched, n)\n", ""),
    "a crew is never full": ("if work.running >= work.crew or not waits(work):", "if not waits(work):"),
    "what was put back comes last first": ("after >= 0 and after < story", "after >= 0 and after > story"),
    "equal places go by number only": ("if a.queued != b.queued:", "if False:"),
    "a fire drill waits for somebody to be free": ("first_work(w, team).urgency == FIRE_DRILL", "False"),
    "the best story is interrupted": (
        "follows(w, slot, slot_at(w.slots, found))",
        "not follows(w, slot, slot_at(w.slots, found))",
    ),
    "interruptions cost whatever the switch": ("w.switching_cost if switching else 0.0", "w.switching_cost"),
    "a story under way keeps its speed": (
        " " * 12 + "go_on(w, slot, team, work_at(w.works, slot.work))",
        " " * 12 + "pass",
    ),
    "the first idle engineer leaves": (
        "    while not slot_at(w.slots, number).idle:\n        number -= 1",
        "    number = team.first_slot\n    while not slot_at(w.slots, number).idle:\n        number += 1",
    ),
    "promotion goes to the back": ("w.front -= n", "w.front += n + 1000"),
    "a promotion leaves the queues": ("            sift_down(w, team, i)\n", "            pass\n"),
    "needs are promoted last first": (
        "(feature.last_need - 1, feature.first_need - 1, -1)",
        "(feature.first_need, feature.last_need)",
    ),
    "gaps become work before the signing": ("deal.retrofit and deal.signed and", "deal.retrofit and"),
    "fire drills go by the wrong side of the lead": (
        "gap.due - w.now < w.fire_drill_lead",
        "gap.due - w.now <= w.fire_drill_lead",
    ),
    "the cap of rework is its least": ("min(w.rework_share * spent", "max(w.rework_share * spent"),
    "rework forgets what is under way": ("story.remaining - under_way(w, work, number)", "story.remaining"),
    "rework's share of morale is whole": ("n_on / n_gaps)", "1.0)"),
    "a smaller loss of morale replaces a larger": (
        "now < part.end and part.loss > loss",
        "now < part.end and loss == 0.0",
    ),
    "morale lasts an instant too long": ("now < part.end and", "now <= part.end and"),
    "fatigue never ends": ("max(0.0, team.tired - change)", "team.tired"),
    "nobody looks again at whole weeks": ("    look_again(w, team)\n", ""),
    "mentoring costs nothing": (" + w.mentor_share * (1.0 - grown)", ""),
    "upkeep has no limit": ("min(MOST_UPKEEP, costs / team.engineers)", "costs / team.engineers"),
    "promises do not wait for rework": ("week = later(week, part.closed)", "pass"),
    "a world begins where the last one ended": ("memory[i] = image[i]", "memory[i] = memory[i] if row else image[i]"),
}
