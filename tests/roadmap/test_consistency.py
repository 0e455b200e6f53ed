"""Rules between rows and tables: each broken one is told with the culprit and the remedy."""

import pytest

DEALS = "deal,signs\nacme,2027-02-01\nbeta,2027-02-01\n"

RULES = {
    "a name twice": (
        {"features": "feature,team,effort\nsso,core,3\naudit,core,2\nsso,web,1\n"},
        "features.csv, row 4, feature: 'sso' is in row 2 too. Rename or remove one.",
    ),
    "a name twice but for letter case": (
        {"teams": "team,engineers\ncore,4\nweb,2\nCore,1\n"},
        ("teams.csv, row 4, team: 'Core' is in row 2 too as 'core', the same but for letter case or Unicode form. "
        "Rename or remove one."),
    ),
    "a name twice but for Unicode form": (
        {"deals": "deal,signs\nacme,2027-02-01\ncafé,2027-02-01\ncafe\u0301,2027-02-01\n"},
        ("deals.csv, row 4, deal: 'cafe\u0301' is in row 3 too as 'café', the same but for letter case or Unicode "
        "form. Rename or remove one."),
    ),
    "a gap's given name twice": (
        {"gaps": "gap,deal,team,effort\nacme-2,acme,core,1\n,acme,core,1\n"},
        "gaps.csv, row 3, gap: 'acme-2' is in row 2 too. Rename or remove one.",
    ),
    "an unknown team": (
        {"features": "feature,team,effort\nsso,cor,3\naudit,core,2\n"},
        "features.csv, row 2, team: 'cor' is not in teams.csv. Did you mean 'core'?",
    ),
    "an unknown need": (
        {"dependencies": "feature,needs\nsso,login\n"},
        "dependencies.csv, row 2, needs: 'login' is not in features.csv. Add it there, or delete this row.",
    ),
    "an unknown deal": (
        {"deals": "deal,signs\nbeta,2027-02-01\n", "gaps": None},
        "promises.csv, row 2, deal: 'acme' is not in deals.csv. Add it there, or delete this row.",
    ),
    "a team of no capacity row": (
        {"capacity": "team,from,engineers\nWeb,2027-02-01,3\n"},
        "capacity.csv, row 2, team: 'Web' is not in teams.csv. Did you mean 'web'?",
    ),
    "vaporware": (
        {"promises": "deal,feature,due\nacme,sso,2027-Q2\nacme,serach,2027-Q2\n", "gaps": None},
        ("promises.csv, row 3, feature: deal 'acme' promises what is not on the roadmap (vaporware): "
        "'serach' is not in features.csv. "
        "Did you mean 'search'?"),
    ),
    "a feature that needs itself": (
        {"dependencies": "feature,needs\nsso,sso\n"},
        "dependencies.csv, row 2, needs: 'sso' needs itself. Remove the row.",
    ),
    "a dependency twice": (
        {"dependencies": "feature,needs\nsso,audit\nsso,audit\n"},
        "dependencies.csv, row 3: the same dependency is in row 2 too. Keep one.",
    ),
    "a circle": (
        {"dependencies": "feature,needs\nsso,audit\naudit,search\nsearch,sso\naudit,sso\n"},
        "dependencies.csv, row 2: features need each other in a circle: sso -> audit -> sso. Remove one of these rows.",
    ),
    "a planned feature that needs an unplanned one": (
        {"features": "feature,team,effort,status\nsso,core,3,done\naudit,core,2,Unplanned\n"},
        "dependencies.csv, row 2, needs: 'sso' is done but needs 'audit', which is unplanned. Plan both, or neither.",
    ),
    "two rows of a team on one date": (
        {"capacity": "team,from,engineers\nweb,2027-03-31,3\nweb,2027-Q1,4\n"},
        "capacity.csv, row 3: the team has a row for this date in row 2 too. Keep one.",
    ),
    "an end before its start": (
        {"capacity": "team,from,engineers,until\nweb,2027-02-01,3,2027-02-01\n"},
        "capacity.csv, row 2, until: not after `from` (2027-02-01). Write a later date.",
    ),
    "work here and there": (
        {"work": "feature,team,effort\nsso,web,1\n"},
        ("features.csv, row 2, team: 'sso' has rows in work.csv too. "
        "Leave team, effort blank here, or remove its rows there."),
    ),
    "no work at all": (
        {"features": "feature,team,effort\nsso,core,3\naudit,core,2\nsearch,,\n"},
        ("features.csv, row 4, team: blank, and 'search' has no work elsewhere. "
        "Write a team and an effort, or rows in work.csv."),
    ),
    "work of a team twice": (
        {
            "features": "feature,team,effort\nsso,,\naudit,core,2\n",
            "work": "feature,team,effort\nsso,web,1\nsso,web,2\n",
        },
        "work.csv, row 3: the feature has work of this team in row 2 too. Keep one.",
    ),
    "a promise twice": (
        {"promises": "deal,feature,due\nacme,sso,2027-Q2\nacme,sso,2027-Q3\n"},
        "promises.csv, row 3: the deal has a promise of this feature in row 2 too. Keep one.",
    ),
    "a gap on a feature that is not promised": (
        {"gaps": "deal,feature,team,effort\nacme,search,core,2\n"},
        "gaps.csv, row 2, feature: deal 'acme' does not promise 'search'. Add the promise, or correct the feature.",
    ),
    "a gap of a deal with two promises": (
        {"promises": "deal,feature,due\nacme,sso,2027-Q2\nacme,search,2027-Q3\n"},
        "gaps.csv, row 2, feature: blank, but deal 'acme' has 2 promises. Write one of their features.",
    ),
    "a gap of a deal without promises": (
        {"deals": DEALS, "gaps": "deal,team,effort\nbeta,core,2\n"},
        "gaps.csv, row 2, feature: blank, but deal 'beta' promises nothing. Add its promise to promises.csv.",
    ),
    "a low above the effort": (
        {"features": "feature,team,effort,effort_low\nsso,core,3,4\naudit,core,2,\n"},
        "features.csv, row 2, effort_low: 4 is above the effort 3. Write a number up to it.",
    ),
    "a high below the effort": (
        {"gaps": "deal,team,effort,effort_high\nacme,core,M,5\n"},
        "gaps.csv, row 2, effort_high: 5 is below the effort 6. Write a number from it up.",
    ),
    "a low of nothing": (
        {"features": "feature,team,effort,effort_low\nsso,core,3,0\naudit,core,2,\n"},
        "features.csv, row 2, effort_low: 0, but the effort is not. Write a number above 0, or leave it blank.",
    ),
    "a practice that finds nothing": (
        {"practices": "practice,chance_once\nretro,\n"},
        ("practices.csv, row 2, hazard_per_week: blank, and chance_once too. Write one of the two; only weekly-sync, "
        "demo-environment, prd-link, ticket-feedback, joint-calls, shared-channel, proof-of-concept have a default."),
    ),
    "a practice with two chances": (
        {"practices": "practice,hazard_per_week,chance_once\nretro,0.1,0.5\n"},
        "practices.csv, row 2, chance_once: hazard_per_week is given too. Leave one of the two blank.",
    ),
    "a practice that nobody pays": (
        {"practices": "practice,hazard_per_week,cost\nretro,0.1,0.5\n"},
        "practices.csv, row 2, team: blank, but the practice has a cost. Write the team whose time it takes.",
    ),
    "a status that is none": (
        {"features": "feature,team,effort,status\nsso,core,3,plnned\naudit,core,2,\n"},
        "features.csv, row 2, status: 'plnned' is not one of planned, started, done, unplanned. Write planned.",
    ),
    "a kind that is none": (
        {"gaps": "deal,team,effort,kind\nacme,core,2,use case\n"},
        ("gaps.csv, row 2, kind: 'use case' is not one of missing, auth, format, throughput, performance, security, "
        "configuration, architecture, use_case. Write use_case."),
    ),
    "more rows about a team than are followed": (
        {"capacity": "team,from,engineers\n" + "".join(
            f"web,{2020 + i // 336}-{i % 336 // 28 + 1:02}-{i % 28 + 1:02},3\n" for i in range(201))},
        "capacity.csv, row 202, team: team 'web' has 201 rows. Keep at most 200.",
    ),
    "more engineers than are simulated": (
        {"teams": "team,engineers\ncore,4\nweb,2\n" + "".join(f"t{i},9000\n" for i in range(11)),
         "capacity": "team,from,engineers\nt3,2027-02-01,10000\n"},
        ("capacity.csv, row 2, engineers: the teams have 100,006 engineers, 10,000 of them in this one. "
        "At most 100,000 are simulated."),
    ),
    "a required cell that is blank": (
        {"capacity": "team,from,engineers\nweb,,3\n"},
        "capacity.csv, row 2, from: blank. Write a date like 2027-01-31.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_told_with_its_remedy(problems, rule):
    """Each rule of the tables, broken once: one sentence."""
    tables, sentence = RULES[rule]
    assert problems(**tables) == [sentence]


def test_unplanned_features_may_need_unplanned_ones(read):
    """Only a planned feature cannot wait for what may never be planned."""
    features = "feature,team,effort,status\nsso,core,3,unplanned\naudit,core,2,unplanned\n"
    assert [feature.status for feature in read(features=features).features] == ["unplanned", "unplanned"]


def test_a_long_circle_is_shortened(problems):
    """More than a hundred names say no more than a hundred."""
    names = [f"f{number}" for number in range(150)]
    features = "feature,team,effort\n" + "".join(f"{name},core,1\n" for name in ["sso", *names])
    needs = "feature,needs\n" + "".join(f"{a},{b}\n" for a, b in zip(names, [*names[1:], names[0]], strict=True))
    (sentence,) = problems(features=features, dependencies=needs)
    assert "f0 -> f1 -> f2" in sentence
    assert "f49 -> ... 51 more ... -> f101" in sentence


def test_effort_zero_is_allowed(read):
    """A feature without effort ships when it is available."""
    assert read(features="feature,team,effort\nsso,core,0\naudit,core,0\n").features[0].effort == 0.0
