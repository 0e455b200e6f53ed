"""What the uncertain parameters are called where a reader has not seen their names."""

PLAIN = {
    "roadmap_sigma": "error that all estimates share",
    "story_cv": "how uneven the stories are",
    "fire_drill_lead": "when a gap becomes a fire drill",
    "switching_cost": "cost of an interruption",
    "rework_share": "share of the work that is redone",
    "rework_cap": "limit of what is redone",
    "drill_pace": "pace of nights and weekends",
    "fatigue_loss": "speed that tired teams lose",
    "fatigue_weeks": "weeks until a team is tired",
    "morale_loss": "speed that low spirits take",
    "morale_weeks": "weeks of low spirits",
    "upkeep_rate": "upkeep of what retrofits built",
    "weekly_sync_hazard": "what a weekly sync finds",
    "joint_calls_hazard": "what joint calls find",
    "shared_channel_hazard": "what a shared channel finds",
    "demo_environment_hazard": "what a demo environment finds",
    "prd_link_hazard": "what links to the PRD find",
    "ticket_feedback_hazard": "what ticket feedback finds",
    "proof_of_concept_chance": "what a proof of concept finds",
    "discount": "discount once patience is over",
    "annual_churn": "customers who leave each year",
    "churn_per_quarter_late": "how lateness drives customers away",
    "trust_start_a": "good experience at the start",
    "trust_start_b": "bad experience at the start",
    "trust_kept": "trust that a kept promise wins",
    "trust_missed": "trust that a missed promise costs",
}


def plain(name: str) -> str:
    """A parameter in plain words; one without any by its name.

    >>> plain("drill_pace"), plain("focus_share")
    ('pace of nights and weekends', 'focus share')
    """
    return PLAIN.get(name, name.replace("_", " "))
