"""Names by which tables refer to each other: one mistake is told once, where it was made."""

import pytest

DEAL = "gaps.csv, row 2, deal: 'acmee' is not in deals.csv. Did you mean 'acme'?"
WORKS = {
    "features": "feature,team,effort\nsso,core,3\naudit,core,2\nsearch,,\n",
    "work": "feature,team,effort\nserach,web,2\n",
}

ONCE = {
    "a gap's deal": ({"gaps": "deal,team,effort\nacmee,core,2\n"}, DEAL),
    "a promise's deal": (
        {"promises": "deal,feature,due\nacmee,sso,2027-Q2\n"},
        "promises.csv, row 2, deal: 'acmee' is not in deals.csv. Did you mean 'acme'?",
    ),
    "a promise's feature, which has a gap": (
        {
            "promises": "deal,feature,due\nacme,serach,2027-Q2\n",
            "gaps": "deal,feature,team,effort\nacme,search,core,2\n",
        },
        (
            "promises.csv, row 2, feature: deal 'acme' promises what is not on the roadmap (vaporware): 'serach' is "
            "not in features.csv. Did you mean 'search'?"
        ),
    ),
    "a gap's feature": (
        {"gaps": "deal,feature,team,effort\nacme,ssso,core,2\n"},
        "gaps.csv, row 2, feature: 'ssso' is not in features.csv. Did you mean 'sso'?",
    ),
    "a work's feature": (WORKS, "work.csv, row 2, feature: 'serach' is not in features.csv. Did you mean 'search'?"),
    "a status": (
        {"features": "feature,team,effort,status\nsso,core,3,unplaned\naudit,core,2,unplanned\n"},
        "features.csv, row 2, status: 'unplaned' is not one of planned, started, done, unplanned. Write unplanned.",
    ),
    "a deal's date": (
        {"deals": "deal,signs\nacme,soon\n"},
        (
            "deals.csv, row 2, signs: 'soon' is not a date. Write a date like 2027-01-31, or a fiscal quarter like "
            "2027-Q2."
        ),
    ),
    "a deal's name left blank": (
        {"deals": "deal,signs\n,2027-02-01\n"},
        "deals.csv, row 2, deal: blank. Write a name.",
    ),
    "a promise's deal left blank": (
        {"promises": "deal,feature,due\n,sso,2027-Q2\n"},
        "promises.csv, row 2, deal: blank. Write a name.",
    ),
    "a team's engineers": (
        {"teams": "team,engineers\ncore,x\nweb,2\n"},
        "teams.csv, row 2, engineers: 'x' is not a whole number. Write a whole number such as 3.",
    ),
    "the order of dates": (
        {"roadmap": "start: 2027-01-04\ndates: DMY/\n", "deals": "deal,signs\nacme,13/2/2027\n"},
        "roadmap.yml, dates: 'DMY/' is not one of iso, mdy, dmy. Write dmy.",
    ),
    "a size": (
        {
            "roadmap": "start: 2027-01-04\nsizes: {S: [1, 2], M: [1, 2, 3]}\n",
            "features": "feature,team,effort,effort_low\nsso,core,S,9\naudit,core,M,\n",
        },
        "roadmap.yml, sizes, S: not three numbers. Write low, likely and high, such as [1, 2, 4].",
    ),
    "the default size": (
        {
            "roadmap": "start: 2027-01-04\ndefault_size: XXL\n",
            "features": "feature,team,effort\nsso,core,\naudit,core,\n",
        },
        "roadmap.yml, default_size: 'XXL' is not a size. Write one of S, M, L.",
    ),
    "all settings": (
        {
            "roadmap": "start: [\n",
            "features": "feature,team,effort\nsso,core,XL\naudit,core,\n",
            "deals": "deal,signs\nacme,13/2/2027\n",
        },
        (
            "roadmap.yml, line 2: not valid YAML (expected the node content, but found '<stream end>'). Write lines "
            "such as `start: 2027-01-04`."
        ),
    ),
    "deals without their table": (
        {"deals": None},
        (
            "promises.csv, row 2, deal: 'acme' is not in deals.csv. There is none yet: add it, with the columns deal, "
            "signs."
        ),
    ),
    "gaps without promises": (
        {"promises": None},
        (
            "gaps.csv, row 2, deal: deal 'acme' promises nothing in promises.csv. There is none yet: add it, with the "
            "columns deal, feature, due."
        ),
    ),
    "features without rows": (
        {"features": "feature,team,effort\n"},
        (
            "dependencies.csv, row 2, feature: 'sso' is not in features.csv. It has a header and nothing else: add its "
            "rows."
        ),
    ),
    "teams without rows": (
        {"teams": "team,engineers\n"},
        "features.csv, row 2, team: 'core' is not in teams.csv. It has a header and nothing else: add its rows.",
    ),
    "features without a header": (
        {"features": b""},
        "features.csv: empty. Write the header feature, team, effort.",
    ),
    "teams of a byte order mark and blank rows": (
        {"teams": b"\xef\xbb\xbf\r\n\r\n"},
        "teams.csv: empty. Write the header team, engineers.",
    ),
    "deals without a header": (
        {"deals": b""},
        "deals.csv: empty. Write the header deal, signs, or remove the table.",
    ),
    "a table that nothing uses without a header": (
        {"tickets": b""},
        "tickets.csv: empty. Write the header ticket, feature, or remove the table.",
    ),
}

TWICE = {
    "a need that nobody knows": (
        {"dependencies": "feature,needs\nsso,audt\nsso,audt\n"},
        "needs: 'audt' is not in features.csv. Did you mean 'audit'?",
    ),
    "a feature that needs itself": (
        {"dependencies": "feature,needs\nsso,sso\nsso,sso\n"},
        "needs: 'sso' needs itself. Remove the row.",
    ),
    "a need of what is unplanned": (
        {
            "features": "feature,team,effort,status\nsso,core,3,\naudit,core,2,unplanned\n",
            "dependencies": "feature,needs\nsso,audit\nsso,audit\n",
        },
        "needs: 'sso' is planned but needs 'audit', which is unplanned. Plan both, or neither.",
    ),
    "vaporware": (
        {"promises": "deal,feature,due\nacme,x,2027-Q2\nacme,x,2027-Q3\n", "gaps": None},
        (
            "feature: deal 'acme' promises what is not on the roadmap (vaporware): 'x' is not in features.csv. "
            "Add it there, or delete this row."
        ),
    ),
    "work of what nobody knows": (
        {"work": "feature,team,effort\nx,core,1\nx,core,2\n"},
        "feature: 'x' is not in features.csv. Add it there, or delete this row.",
    ),
}


@pytest.mark.parametrize("mistake", TWICE)
def test_the_mistakes_of_a_row_are_not_told_again_where_it_is_repeated(problems, mistake):
    """A row that repeats another is told as a repeat, and that is all."""
    tables, fault = TWICE[mistake]
    first, second = problems(**tables)
    assert first.endswith(f".csv, row 2, {fault}")
    assert ".csv, row 3: the " in first + second
    assert second.endswith(" in row 2 too. Keep one.")


def test_a_circle_is_told_where_it_is_first_written(problems):
    """The repeat of one of its rows is another matter."""
    assert problems(dependencies="feature,needs\nsso,audit\naudit,sso\nsso,audit\n") == [
        (
            "dependencies.csv, row 2: features need each other in a circle: sso -> audit -> sso. Remove one of these "
            "rows."
        ),
        "dependencies.csv, row 4: the same dependency is in row 2 too. Keep one.",
    ]


@pytest.mark.parametrize("mistake", ONCE)
def test_a_mistake_is_told_once(problems, mistake):
    """What follows from a mistake is not told beside it."""
    tables, sentence = ONCE[mistake]
    assert problems(**tables) == [sentence]


def test_mistakes_that_do_not_follow_from_each_other_are_all_told(problems):
    """A gap on a feature that nobody promises stays wrong beside another deal's misspelled promise."""
    found = problems(
        deals="deal,signs\nacme,2027-02-01\nbeta,2027-02-01\n",
        promises="deal,feature,due\nacme,sso,2027-Q2\nbetta,audit,2027-Q2\n",
        gaps="deal,feature,team,effort\nacme,search,core,1\n",
    )
    assert found == [
        "promises.csv, row 3, deal: 'betta' is not in deals.csv. Did you mean 'beta'?",
        "gaps.csv, row 2, feature: deal 'acme' does not promise 'search'. Add the promise, or correct the feature.",
    ]


def test_a_feature_with_work_of_its_own_is_not_blamed_for_a_misspelled_one(problems):
    """`search` has its work in features.csv; `serach` in work.csv is another mistake."""
    features = "feature,team,effort\nsso,core,3\naudit,core,2\nsearch,web,5\n"
    assert problems(features=features, work=WORKS["work"]) == [
        "work.csv, row 2, feature: 'serach' is not in features.csv. Did you mean 'search'?"
    ]
