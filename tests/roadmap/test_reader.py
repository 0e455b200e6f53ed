"""The reader: a folder of tables becomes a roadmap, or everything that is wrong with it is told at once."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import CapacityChange, Deal, Dependency, Feature, Gap, Practice, Promise, Team, Work
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.rows import TABLES, columns_of

CALENDAR = Calendar(date(2027, 1, 4))
RAGGED = "Write one for each column; quote a text with a delimiter in it."


def test_the_smallest_roadmap_is_read(read):
    """Thirteen columns give teams, features, a dependency, a deal, its promise and its gap."""
    roadmap = read()
    assert roadmap.start == date(2027, 1, 4)
    assert roadmap.teams == (Team("core", 4), Team("web", 2))
    assert roadmap.features[2] == Feature("search", (Work("web", 5.0),), rank=3.0)
    assert roadmap.dependencies == (Dependency("sso", "audit"),)
    assert roadmap.deals == (Deal("acme", 4.0),)
    assert roadmap.promises == (Promise("acme", "sso", CALENDAR.week(date(2027, 6, 30))),)
    assert roadmap.gaps == (Gap("acme-1", "acme", "sso", Work("core", 2.0)),)
    assert (roadmap.horizon, roadmap.assumed, roadmap.notices) == (156.0, (), ())
    assert len(roadmap.fingerprint) == 64


def test_only_three_files_are_required(read, write_plan):
    """What is absent is empty; an empty plan is a plan, and needs no team."""
    alone = dict.fromkeys(("dependencies", "deals", "promises", "gaps"))
    assert read(**alone).deals == ()
    assert read(**alone, features="feature,team,effort\n", teams="team,engineers\n").features == ()


def test_what_is_required_is_asked_for(write_plan, problems):
    """Each missing file is told with all that a roadmap needs; a file that cannot be read is not missing."""
    needs = "A roadmap needs roadmap.yml, teams.csv and features.csv."
    found = problems(roadmap=None, teams=None, features=None)
    assert found == [
        f"{name}: not found in the folder plan. {needs}" for name in ("roadmap.yml", "teams.csv", "features.csv")
    ]
    folder = write_plan(teams=None)
    (folder / "teams.csv").mkdir()
    with pytest.raises(InputError) as caught:
        load_roadmap(folder)
    assert caught.value.problems == ("teams.csv: a folder, not a file. Put a file there.",)


def test_every_column_finds_its_noun(read):
    """All columns of the tables that have nouns, with dates as weeks since the start."""
    roadmap = read(
        teams="team,engineers,focus,title,cost_per_week\ncore,4,0.65,Core,3000\n",
        capacity="team,from,engineers,until,ramp,note\ncore,2027-01-18,5,2027-02-01,yes,Kim\n",
        features="feature,title,team,effort,effort_low,effort_high,stories,crew,rank,kind,status,progress,not_before,target,"
        "value_per_week,owner,prd\n"
        "sso,Sign-on,core,M,2,20,4,3,0.5,Platform,started,0.25,2026-12-28,2027-Q1,100,Ana,PRD-1\n"
        "api,,,,,,,,,,unplanned,,,,,,\n",
        work="feature,team,effort,crew,progress\napi,core,0,2,0.5\n",
        dependencies="feature,needs,lag_weeks\napi,sso,1.5\n",
        deals="deal,customer,signs,opened,demo_on,stage,status,arr,probability,probability_without,penalty_per_week,"
        "grace_weeks,penalty_cap,patience_weeks,discount,term_years,owner,prd\n"
        "acme,Acme,2027-01-11,2026-12-28,,late,SIGNED,1000,0.8,0.1,5,2,50,8,0.1,3,Bo,PRD-2\n",
        promises="deal,feature,due,owner,on_slip,phase\nacme,api,2027-02-01,Cy,call,one\n",
        gaps="gap,deal,team,effort,effort_high,stories,kind,found,note\nscim,acme,core,S,9,2,use_case,2027-01-25,why\n",
        practices="practice,hazard_per_week,from,until,cost,team\nretro,0.2,2027-01-04,2027-01-11,0.1,core\nweekly-sync,,,,,\n",
    )
    assert roadmap.teams == (Team("core", 4, 0.65, "Core", 3000.0),)
    assert roadmap.capacity == (CapacityChange("core", 2.0, 5, 4.0, ramp=True, note="Kim"),)
    assert roadmap.features == (
        Feature("sso", (Work("core", 6.0, 2.0, 20.0, 4, 3, 0.25),), 0.5, "Sign-on", "platform", "started", -1.0,
                CALENDAR.week(date(2027, 3, 31)), 100.0, "Ana", "PRD-1"),
        Feature("api", (Work("core", 0.0, crew=2, progress=0.5),), 2.0, status="unplanned"),
    )  # fmt: skip
    assert roadmap.dependencies == (Dependency("api", "sso", 1.5),)
    assert roadmap.signed == (
        Deal(
            "acme",
            1.0,
            "Acme",
            -1.0,
            None,
            "late",
            "signed",
            1000.0,
            0.8,
            0.1,
            5.0,
            2.0,
            50.0,
            8.0,
            0.1,
            3.0,
            "Bo",
            "PRD-2",
        ),
    )
    assert roadmap.promises == (Promise("acme", "api", 4.0, "Cy", "call", "one"),)
    assert roadmap.gaps == (Gap("scim", "acme", "api", Work("core", 2.0, 1.0, 9.0, 2), "use_case", 3.0, "why"),)
    assert roadmap.practices == (Practice("retro", 0.2, None, 0.0, 1.0, 0.1, "core"), Practice("weekly-sync"))


def test_the_settings_find_their_fields(read):
    """The keys of roadmap.yml and the dates that they order."""
    roadmap = read(
        roadmap="start: 4.1.2027\ndates: dmy\nfiscal_year_start: 2\nhorizon_weeks: 52\nstory_size: 2\ntitle: NO\n"
        "parameters: {rework_share: 0.2}\nrevenue_targets: {2027-Q1: 5}\n",
        deals="deal,signs\nacme,2027-Q1\n",
    )
    assert (roadmap.title, roadmap.start, roadmap.horizon, roadmap.story_size) == ("NO", date(2027, 1, 4), 52.0, 2.0)
    assert roadmap.deals[0].signs == pytest.approx((date(2027, 4, 30) - roadmap.start).days / 7)
    assert (roadmap.parameters, roadmap.revenue_targets) == ({"rework_share": 0.2}, {"2027-Q1": 5.0})


def test_names_are_kept(read):
    """`NA`, `null`, `007` and markup are names like any other."""
    names = ["NA", "null", "None", "007", "<script>", "=1+1", "a -> b"]
    roadmap = read(features="feature,team,effort\n" + "".join(f"{name},core,1\n" for name in ["sso", "audit", *names]))
    assert [feature.name for feature in roadmap.features[2:]] == names


def test_a_blank_effort_takes_the_default_size_and_is_named(read, problems):
    """Without a default size blank is an error; with one the features and gaps are named."""
    tables = {
        "features": "feature,team,effort\nsso,core,\naudit,core,2\nsearch,,\n",
        "work": "feature,team,effort\nsearch,web,\nsearch,core,1\n",
        "gaps": "deal,team,effort\nacme,core,\n",
    }
    roadmap = read(roadmap="start: 2027-01-04\ndefault_size: S\n", **tables)
    assert roadmap.assumed == ("sso", "search")
    assert roadmap.features[0].works == (Work("core", 2.0, 1.0, 4.0),)
    assert roadmap.notices == ("gaps.csv: effort 'S' assumed for 'acme-1'.",)
    wanted = "effort: blank. Write a number of engineer-weeks or a size (S, M, L), or set default_size in roadmap.yml."
    assert problems(**tables) == [f"{place}, row 2, {wanted}" for place in ("features.csv", "work.csv", "gaps.csv")]


def test_gaps_are_named_by_their_deals_rows(read):
    """A gap without a name takes the number of its row among the deal's, named or not."""
    gaps = "gap,deal,feature,team,effort\n,acme,sso,core,1\nscim,acme,sso,core,1\n,acme,audit,core,1\n,beta,,web,1\n"
    roadmap = read(
        deals="deal,signs\nacme,2027-02-01\nbeta,2027-02-01\n",
        promises="deal,feature,due\nacme,sso,2027-Q2\nacme,audit,2027-Q2\nbeta,search,2027-Q2\n",
        gaps=gaps,
    )
    assert [(gap.name, gap.feature) for gap in roadmap.gaps] == [
        ("acme-1", "sso"), ("scim", "sso"), ("acme-3", "audit"), ("beta-1", "search"),
    ]  # fmt: skip


def test_all_problems_are_told_at_once_in_the_order_of_files_and_rows(problems):
    """Cells, names and rules of one folder, even two of one row, are in one list."""
    found = problems(
        roadmap="start: 2027-01-05\n",
        features="feature,team,effort\nsso,cor,3d\naudit,core,nan\nsearch,web,1e400\n",
        promises="deal,feature,due\nacme,sync,4/1/2027\n",
        gaps="deal,feature,team,effort\nacme,sso,core,0x10\n",
    )
    assert [sentence.partition(": ")[0] for sentence in found] == [
        "roadmap.yml, start",
        "features.csv, row 2, effort",
        "features.csv, row 2, team",
        "features.csv, row 3, effort",
        "features.csv, row 4, effort",
        "promises.csv, row 2, due",
        "promises.csv, row 2, feature",
        "gaps.csv, row 2, effort",
        "gaps.csv, row 2, feature",
    ]
    assert found[1].endswith("'3d' is not a number of engineer-weeks or a size (S, M, L). Write 0.6.")


def test_at_most_fifty_problems_are_shown(write_plan):
    """The rest is counted."""
    folder = write_plan(features="feature,team,effort\n" + "sso,core,x\naudit,core,x\n" + "search,core,x\n" * 60)
    with pytest.raises(InputError) as caught:
        load_roadmap(folder)
    *shown, rest = str(caught.value).splitlines()
    assert len(shown) == 50
    assert rest.startswith(f"... and {len(caught.value.problems) - 50} more problems")


def test_of_very_many_problems_the_rest_is_not_counted(problems, write_plan):
    """After a thousand bad rows nobody needs more; the answer says that there are."""
    for rows in ("sso,core,x\n" * 3000, "sso\n" * 3000, "sso,core,\n" * 3000):
        with pytest.raises(InputError) as caught:
            load_roadmap(write_plan(features="feature,team,effort\naudit,core,1\n" + rows))
        assert str(caught.value).endswith("\n... and over 949 more problems of these kinds.")
        assert len(caught.value.problems) < 20_000


def test_all_tables_together_have_a_limit(problems):
    """A gigabyte of memory is enough for 200,000 rows, whatever they are."""
    rows = "".join(f"x{number}\n" for number in range(70_000))
    found = problems(history="item\n" + rows, demos="environment\n" + rows, tickets="ticket\n" + rows)
    assert found == ["plan: more than 200,000 rows in all tables. Shorten them."]


def test_tables_may_have_a_header_only(read):
    """What a template leaves empty is read as nothing; so are features, which makes an empty roadmap."""
    roadmap = read(
        features="feature,team,effort\n",
        dependencies="feature,needs\n",
        deals="deal,signs\n",
        promises="deal,feature,due\n",
        gaps="deal,team,effort\n",
    )
    assert (roadmap.features, roadmap.dependencies, roadmap.deals, roadmap.promises, roadmap.gaps) == ((),) * 5


def test_a_name_that_is_too_long_is_told_with_its_cell(problems):
    """File, row, column and remedy; of the name only its beginning."""
    (sentence,) = problems(teams=f"team,engineers\ncore,4\nweb,2\n{'x' * 201},1\n")
    remedy = "Write at most 200; a title or a note may be longer."
    assert sentence == f"teams.csv, row 4, team: the name '{'x' * 77}...' has 201 characters. {remedy}"


def test_a_table_that_cannot_be_read_blames_no_other(problems):
    """A name that may be in a malformed row, or under a missing header, is not called unknown."""
    assert problems(teams="team,engineers\ncore,4\nweb,2,extra\n") == [
        f"teams.csv, row 3: 3 fields, but the header has 2. {RAGGED}"
    ]
    assert problems(features="feature,team,efort\nsso,core,3\n") == [
        "features.csv, row 1: the column 'effort' is missing. Did you mean 'efort'?"
    ]


def test_what_is_not_used_is_told(read):
    """Unknown columns are ignored with one notice a table."""
    roadmap = read(
        teams="team,engineers,mood,Color\ncore,4,,\nweb,2,,\n",
        requests="account,feature,importance\nAcme,sso,Deal breaker\n",
        tickets="ticket,feature\n",
    )
    assert roadmap.notices == ("teams.csv: ignored the columns 'mood', 'color'.",)


def test_tables_beside_the_plan_are_checked_too(problems):
    """A wrong cell is wrong everywhere."""
    assert problems(
        requests="account,feature,importance,arr\nAcme,sso,chalenge,-1\n", history="item,actual\nx,long\n"
    ) == [
        (
            "requests.csv, row 2, importance: 'chalenge' is not one of deal breaker, challenge, nice to have. "
            "Write challenge."
        ),
        "requests.csv, row 2, arr: '-1' is below 0. Write a number from 0 up.",
        "history.csv, row 2, actual: 'long' is not a number. Write a number such as 2.5.",
    ]


def test_the_stories_of_a_plan_are_counted_before_they_are_made(problems, read):
    """A plan of millions of stories is refused with the work that has most of them."""
    (sentence,) = problems(
        roadmap="start: 2027-01-04\nstory_size: 0.001\n", features="feature,team,effort\nsso,core,9000\naudit,core,1\n"
    )
    assert sentence.startswith(
        "features.csv, row 2, stories: the plan has 9,003,000 stories, 9,000,000 of them in this work"
    )
    assert len(read(features="feature,team,effort,stories\nsso,core,9000,5\naudit,core,1,\n").features) == 2


def test_reading_twice_gives_the_same(read):
    """Nothing of a roadmap depends on anything but its files."""
    assert read() == read()


@pytest.mark.parametrize("table", ["roadmap", *TABLES])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=20_000)
@given(data=st.data())
def test_any_bytes_give_a_roadmap_or_sentences(write_plan, table, data):
    """Whatever bytes stand in a file, the answer is a Roadmap or an InputError, and nothing else."""
    content = data.draw(
        st.binary(max_size=300) | rows_of(table) | rows_of(table).map(lambda rows: rows.encode("utf-16"))
    )
    try:
        assert load_roadmap(write_plan(**{table: content})).start.weekday() == 0
    except InputError as error:
        told = error.problems
    else:
        told = ("read",)
    assert told
    assert all(sentence.isprintable() for sentence in told)


def rows_of(table):
    """Tables that look right: the true header over cells of any kind."""
    columns = list(columns_of(TABLES[table])) if table in TABLES else ["start: 2027-01-04\nsizes", "title: x"]
    known = [
        "sso",
        "core",
        "acme",
        "2027-01-04",
        "2027-Q1",
        "0",
        "1",
        "M",
        "done",
        "unplanned",
        "",
        "yes",
        "1e9",
        "[1]",
    ]
    cell = st.sampled_from(known) | st.text(max_size=8)
    row = st.lists(cell, min_size=len(columns), max_size=len(columns)).map(",".join)
    return st.lists(row, max_size=5).map(lambda rows: "\n".join([",".join(columns), *rows]))


def test_a_folder_may_be_given_as_text(write_plan):
    """The name of a folder does as well as its path."""
    assert load_roadmap(str(write_plan())) == load_roadmap(Path(write_plan()))
