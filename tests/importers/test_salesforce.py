"""Salesforce: field names and labels, money, percentages, dates, ids, histories, promises."""

import pytest

from ripple.errors import InputError
from ripple.importers.folder import import_files
from ripple.importers.salesforce import long_id
from ripple.roadmap.reader import load_roadmap
from tests.importers.bringing import SAMPLES, bring, mapping, table

HEADER = ["Opportunity Name", "Stage", "Close Date", "Amount", "Probability (%)"]


def sample(tmp_path, *names, **options):
    import_files("salesforce", [SAMPLES / name for name in names], tmp_path / "out", **options)
    return load_roadmap(tmp_path / "out")


def test_a_report_with_labels(tmp_path):
    """Currency, percent sign, day-first dates, dashes and both ids; the lines below the report are no deals."""
    roadmap = sample(tmp_path, "salesforce-report.csv")
    north = roadmap.deal_named["North Rail - rollout"]
    assert (north.customer, north.arr, north.probability, north.status) == ("North Rail", 485000.0, 0.6, "open")
    assert [deal.status for deal in roadmap.deals] == ["open", "signed", "signed", "open", "open", "lost"]
    first = table(tmp_path / "out", "deals")[0]
    assert (first["signs"], first["opened"], first["opportunity_id"]) == (
        "2027-03-15",
        "2026-09-30",
        "006Hs00001AaBcDIAV",
    )


def test_field_names_accounts_and_history(tmp_path):
    """The API's names; customers come from the account export, the start of sales and delays from the history."""
    names = ("salesforce-opportunities.csv", "salesforce-accounts.csv", "salesforce-history.csv")
    roadmap = sample(tmp_path, *names)
    first = table(tmp_path / "out", "deals")[0]
    assert (first["customer"], first["opened"], first["pushed"], first["probability"]) == (
        "North Rail",
        "2026-09-30",
        "2",
        "0.6",
    )
    assert roadmap.deal_named["Expansion"].arr is None


def test_blank_is_unknown_and_other_currencies_are_too(tmp_path):
    """An amount without a rate is left blank and named; with a rate it is converted."""
    file = SAMPLES / "salesforce-report.csv"
    report = import_files("salesforce", [file], tmp_path / "a")
    assert "Amounts in EUR are left blank" in str(report)
    import_files("salesforce", [file], tmp_path / "b", mapping(tmp_path, "rates: {EUR: 1.1}"))
    assert [deal.arr for deal in load_roadmap(tmp_path / "a").deals][3:5] == [None, None]
    assert [deal.arr for deal in load_roadmap(tmp_path / "b").deals][3:5] == [99000.0, None]


def test_ids_of_15_characters_differ_by_case(tmp_path):
    """Two deals of which the short ids differ only in case are two deals."""
    assert long_id("006Hs00001AaBcD")[:15].casefold() == long_id("006Hs00001AaBcd")[:15].casefold()
    roadmap = sample(tmp_path, "salesforce-report.csv")
    assert {"North Rail - rollout", "South Bank - renewal"} <= set(roadmap.deal_named)


def test_deals_of_one_name_keep_apart(tmp_path):
    """Deals with the same name get their id, so that they are told apart and stay the same next time."""
    roadmap = sample(tmp_path, "salesforce-report.csv")
    assert [deal.name for deal in roadmap.deals][3:5] == ["Pilot (006Hs00001AaBcFIAV)", "Pilot (006Hs00001AaBcGIAV)"]


def test_features_that_a_deal_names_become_promises(tmp_path):
    """Keys in the text of an opportunity are promises, due on the column that says so."""
    import_files("jira", [SAMPLES / "jira-cloud.csv"], tmp_path / "out")
    roadmap = sample(tmp_path, "salesforce-report.csv")
    assert next((p.deal, p.feature) for p in roadmap.promises) == ("North Rail - rollout", "APP-2")
    assert table(tmp_path / "out", "promises")[0]["due"] == "2027-06-30"
    assert len(roadmap.promises) == 4


@pytest.mark.parametrize(
    ("amount", "arr"),
    [
        ("USD 485,000.00", 485000.0), ("$1,234.50", 1234.5), ("1.234,50 €", 1234.5), ("485000", 485000.0),
        ("485 000,50", 485000.5), ("CHF 12'000.00", 12000.0), ("$1.2M", 1200000.0), ("-", None), ("", None),
    ],
)  # fmt: skip
def test_money(tmp_path, amount, arr):
    """Money as reports print it."""
    _, _, roadmap = bring(tmp_path, "salesforce", [HEADER, ["x", "Open", "2027-01-31", amount, "50"]])
    assert roadmap.deals[0].arr == arr


def test_an_amount_that_can_be_read_in_two_ways_is_asked_for(tmp_path):
    """485.000 alone is thousands in one country and a fraction in another."""
    rows = [HEADER, ["x", "Open", "2027-01-31", "485.000", "50"]]
    with pytest.raises(InputError, match=r"'485.000' can be thousands or a fraction"):
        bring(tmp_path, "salesforce", rows)
    _, _, roadmap = bring(tmp_path, "salesforce", rows, mapping=mapping(tmp_path, "decimal: comma"))
    assert roadmap.deals[0].arr == 485000.0


@pytest.mark.parametrize(
    ("cells", "share"), [(("90%", "10%"), 0.9), (("90", "100"), 0.9), (("0.9", "0.25"), 0.9), (("-", ""), None)]
)
def test_probabilities(tmp_path, cells, share):
    """Percentages with and without sign, and shares."""
    rows = [HEADER, *([f"d{n}", "Open", "2027-01-31", "1", cell] for n, cell in enumerate(cells))]
    assert bring(tmp_path, "salesforce", rows)[2].deals[0].probability == share


def test_ambiguous_close_dates_are_asked_for(tmp_path):
    """A report in which no day is above 12 does not say which number is the month."""
    rows = [HEADER, ["x", "Open", "02/03/2027", "1", "50%"]]
    with pytest.raises(InputError, match="can be 2027-02-03 or 2027-03-02"):
        bring(tmp_path, "salesforce", rows)


def test_all_questions_are_asked_at_once(tmp_path):
    """Who answers both the order of dates and the decimal sign is not asked again."""
    rows = [HEADER, ["x", "Open", "02/03/2027", "485.000", "50%"]]
    with pytest.raises(InputError) as caught:
        bring(tmp_path, "salesforce", rows)
    dates, decimal = caught.value.problems
    assert "`dates: mdy` (month first) or `dates: dmy` (day first)" in dates
    assert "`decimal: comma` or `decimal: point`" in decimal
    said = mapping(tmp_path, "dates: dmy\ndecimal: comma\n")
    assert bring(tmp_path, "salesforce", rows, mapping=said)[2].deals[0].arr == 485000.0


@pytest.mark.parametrize(
    ("cell", "sentence"), [("soon", "'soon' is not an amount of money"), ("-5", "'-5' is below 0")]
)
def test_bad_amounts_are_sentences(tmp_path, cell, sentence):
    """File, row, column and value are named."""
    with pytest.raises(InputError, match=rf"export.csv, row 2, amount: {sentence}"):
        bring(tmp_path, "salesforce", [HEADER, ["x", "Open", "2027-01-31", cell, ""]])
    with pytest.raises(InputError, match=r"export.csv, row 2, Close Date: 'someday' is not a date"):
        bring(tmp_path, "salesforce", [HEADER, ["x", "Open", "someday", "1", ""]])
