"""Cells: every text becomes the value that was meant, or a sentence with the remedy."""

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import (
    CellError,
    Effort,
    parse_choice,
    parse_date,
    parse_effort,
    parse_money,
    parse_name,
    parse_number,
    parse_share,
    parse_switch,
    parse_text,
    parse_whole,
    shortest,
)
from ripple.roadmap.spelling import did_you_mean, listed, nearest, shown

CALENDAR = Calendar(date(2027, 1, 4))
SIZES = {"S": Effort(2, 1, 4), "M": Effort(6, 3, 12), "L": Effort(15, 8, 30)}


def refusal(parse, *arguments):
    """The sentence with which a parser refuses."""
    with pytest.raises(CellError) as caught:
        parse(*arguments)
    return str(caught.value)


def outcome(parse, *arguments):
    """The sentence with which a parser refuses, or nothing."""
    try:
        parse(*arguments)
    except CellError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("text", ["NA", "null", "None", "007", "1e5", "ключ", "a, b; c", "🙂", "<script>", "=1+1"])
def test_a_name_is_kept_as_it_was_written(text):
    """Nothing is guessed about a name, whatever it looks like."""
    assert parse_name(f"  {text}\t") == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "blank. Write a name."),
        ("a\nb", "holds a tab or a line end"),
        ("a\x00b", "holds a NUL character"),
        ("a\u202eb", "holds the character U+202E"),
        ("a\ud800b", "holds the character U+D800"),
        ("\u200b", "no visible character"),
        ("x" * 201, "has 201 characters. Write at most 200; a title or a note may be longer."),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(text, sentence):
    """Blank, many-lined, invisible, overlong and reordering names are refused in words."""
    assert sentence in refusal(parse_name, text)


def test_text_may_have_lines_but_no_controls():
    """Free text keeps its line ends; an escape sequence is refused."""
    assert parse_text(" two\nlines ") == "two\nlines"
    assert refusal(parse_text, "\x1b[31m") == r"'\x1b[31m' holds the character U+001B. Remove it."


@pytest.mark.parametrize(("text", "value"), [("2", 2.0), ("2.50", 2.5), (".5", 0.5), ("+3.", 3.0), ("1e3", 1000.0)])
def test_numbers_are_read_with_a_point(text, value):
    """A number has ASCII digits, a decimal point and perhaps an exponent."""
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["-0", "-0.0", "-0e5"])
def test_negative_zero_becomes_zero(text):
    """No minus sign survives in front of nothing."""
    assert math.copysign(1.0, parse_number(text)) == 1.0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "blank. Write a number."),
        ("nan", "'nan' is not a number. Write a number such as 2.5."),
        ("inf", "'inf' is not a number. Write a number such as 2.5."),
        ("0x10", "'0x10' is not a number. Write a number such as 2.5."),
        ("-3", "'-3' is below 0. Write a number from 0 up."),
        ("1e400", "'1e400' is above 1000000000000000. Write a number from 0 up."),
        ("1_000", "'1_000' is not a number. Write 1000."),
        ("\uff13", "'\uff13' is not a number. Write 3."),
        ("\u0663", "'\u0663' is not a number. Write a number such as 2.5."),
        ("0,5", "'0,5' is not a number. Write 0.5."),
        ("1,000", "'1,000' is not a number. Write 1000, or 1 if the comma is a decimal point."),
        ("1.234,5", "'1.234,5' is not a number. Write 1234.5."),
        ("$1,000,000", "'$1,000,000' is not a number. Write 1000000."),
    ],
)
def test_what_is_not_a_number_is_told_with_the_number_meant(text, sentence):
    """A number is never guessed; where one seems meant it is proposed."""
    assert refusal(parse_number, text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("240.000", "'240.000' can be thousands or a fraction. Write 240000 or 240.0."),
        ("12.500", "'12.500' can be thousands or a fraction. Write 12500 or 12.5."),
        ("1.234", "'1.234' can be thousands or a fraction. Write 1234 or 1.2340."),
        ("1.234.567", "'1.234.567' is not a number. Write 1234567."),
    ],
)
def test_money_that_may_be_thousands_is_refused(text, sentence):
    """An amount with three digits after its only point is read in no way, and both ways out are named."""
    assert refusal(parse_money, text) == sentence


@pytest.mark.parametrize(
    ("text", "value"), [("240000", 240000.0), ("240.0", 240.0), ("0.125", 0.125), ("1.2340", 1.234)]
)
def test_money_that_can_be_read_in_one_way_is_read(text, value):
    """Thousands do not begin with 0, and have three digits."""
    assert parse_money(text) == value


def test_efforts_keep_their_three_digits():
    """Nobody plans thousands of engineer-weeks a feature."""
    assert parse_effort("2.125", {}) == Effort(2.125)


def test_a_size_that_is_not_among_the_sizes_can_be_added():
    """The remedy names the setting, and the nearest size or a number."""
    assert refusal(parse_effort, "XL", SIZES).endswith("Add XL to sizes in roadmap.yml, or write L.")
    assert refusal(parse_effort, "XXL", SIZES).endswith(
        "Add XXL to sizes in roadmap.yml, or write a number such as 2.5."
    )
    assert refusal(parse_effort, "m", SIZES).endswith("Write M.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("3.0", "'3.0' is not a whole number. Write 3."),
        ("3.5", "'3.5' is not a whole number. Write a whole number such as 3."),
        ("-1", "'-1' is below 0. Write a whole number from 0 to 10."),
        ("9" * 5000, "is above 10. Write a whole number from 0 to 10."),
        ("", "blank. Write a whole number."),
    ],
)
def test_whole_numbers_are_whole(text, sentence):
    """A fraction, a sign or five thousand digits are refused in words."""
    assert parse_whole("007", 0, 10) == 7
    assert sentence in refusal(parse_whole, text, 0, 10)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("40%", "'40%' is not a share from 0 to 1. Write 0.4."),
        ("65", "'65' is not a share from 0 to 1. Write 0.65."),
        ("5", "'5' is not a share from 0 to 1. Write 0.05."),
        ("1.5", "'1.5' is above 1. Write a number from 0 to 1."),
        ("0,4", "'0,4' is not a number. Write 0.4."),
        ("-0.1", "'-0.1' is below 0. Write a number from 0 to 1."),
    ],
)
def test_a_share_lies_between_0_and_1(text, sentence):
    """A percentage is refused with the share that it means."""
    assert (parse_share("0"), parse_share("0.4"), parse_share("1")) == (0.0, 0.4, 1.0)
    assert refusal(parse_share, text) == sentence


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("3d", "Write 0.6."),
        ("2 days", "Write 0.4 if one person works on it for 2 days, 0.8 if two do."),
        ("5pd", "Write 1."),
        ("6 person-days", "Write 1.2."),
        ("10h", "Write 0.25."),
        ("3w", "Write 3."),
        ("3 weeks", "Write 3 if one person works on it for 3 weeks, 6 if two do."),
        ("1 wk", "Write 1 if one person works on it for 1 week, 2 if two do."),
        ("1,5 weeks", "Write 1.5 if one person works on it for 1.5 weeks, 3 if two do."),
        ("3 months", "Write 13 if one person works on it for 3 months, 26 if two do."),
        ("2m", "Write 8.66667 if one person works on it for 2 months, 17.3333 if two do."),
        ("3 person-weeks", "Write 3."),
        ("2 engineer months", "Write 8.66667."),
        ("0,5", "Write 0.5."),
        ("m", "Write M."),
        ("3 bananas", "Write a number such as 2.5."),
    ],
)
def test_an_effort_in_another_unit_is_told_in_engineer_weeks(text, remedy):
    """Days, hours and months are recognized and converted in the remedy, never silently; a span asks of whom."""
    expected = f"{shown(text)} is not a number of engineer-weeks or a size (S, M, L). {remedy}"
    assert refusal(parse_effort, text, SIZES) == expected


def test_an_effort_is_a_number_or_a_size():
    """A size brings its low and high; a number has none; 0 is allowed."""
    assert parse_effort("M", SIZES) == Effort(6, 3, 12)
    assert parse_effort("2.5", SIZES) == Effort(2.5)
    assert parse_effort("0", {}) == Effort(0.0)
    assert refusal(parse_effort, "10001", {}).startswith("'10001' is above 10000.")
    assert refusal(parse_effort, "", SIZES) == "blank. Write a number of engineer-weeks or a size (S, M, L)."


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2027-01-04", "iso", date(2027, 1, 4)),
        ("2027-01-04", "mdy", date(2027, 1, 4)),
        ("2027-Q2", "iso", date(2027, 6, 30)),
        ("4/1/2027", "mdy", date(2027, 4, 1)),
        ("04/01/2027", "dmy", date(2027, 1, 4)),
        ("31.12.2027", "dmy", date(2027, 12, 31)),
        ("2028-02-29", "iso", date(2028, 2, 29)),
    ],
)
def test_dates_follow_the_stated_order(text, order, day):
    """ISO dates and quarters are always read; a spreadsheet's dates as the roadmap says."""
    assert parse_date(text, CALENDAR, order) == day


def test_a_quarter_is_the_fiscal_one():
    """A fiscal year that starts in February ends its first quarter in April."""
    assert parse_date("2027-Q1", Calendar(date(2027, 1, 4), 2)) == date(2027, 4, 30)


@pytest.mark.parametrize(
    ("text", "order", "sentence"),
    [
        ("", "iso", "blank. Write a date like 2027-01-31."),
        (
            "4/1/2027",
            "iso",
            "Write 2027-04-01 or 2027-01-04, or add the line `dates: mdy` or `dates: dmy` to roadmap.yml.",
        ),
        (
            "13.4.2027",
            "iso",
            "'13.4.2027' is not an ISO date. Write 2027-04-13, or add the line `dates: dmy` to roadmap.yml.",
        ),
        ("32/32/2027", "iso", "'32/32/2027' is not a day of the calendar. Write a date like 2027-01-31."),
        ("13/4/2027", "mdy", "'13/4/2027' is not a day of the calendar. Write a date like 2027-01-31."),
        ("2027-02-30", "iso", "'2027-02-30' is not a day of the calendar. Write a date like 2027-01-31."),
        ("2027-01-04T09:30:00Z", "iso", "'2027-01-04T09:30:00Z' is not a date. Write 2027-01-04, without a time."),
        ("2027-01-04 00:00", "iso", "'2027-01-04 00:00' is not a date. Write 2027-01-04, without a time."),
        ("2027-1-4", "iso", "'2027-1-4' is not a date. Write 2027-01-04."),
        ("20270104", "iso", "'20270104' is not a date. Write 2027-01-04."),
        ("46391", "iso", "'46391' is not a date. Write 2027-01-04 if it is a spreadsheet's day number."),
        ("9999-01-01", "iso", "'9999-01-01' is too far away. Write a date like 2027-01-31."),
        ("0000-Q1", "iso", "Write a date like 2027-01-31, or a fiscal quarter like 2027-Q2."),
        ("next week", "iso", "Write a date like 2027-01-31, or a fiscal quarter like 2027-Q2."),
    ],
)
def test_other_dates_are_refused_with_the_date_meant(text, order, sentence):
    """An ambiguous date is never guessed; the line that would settle it is proposed."""
    assert sentence in refusal(parse_date, text, CALENDAR, order)


def test_switches_and_choices_are_words():
    """On, off, yes, no, true, false in any letter case; a choice proposes the nearest word."""
    assert [parse_switch(word) for word in ("on", "YES", "True", "off", "No", "FALSE")] == [True] * 3 + [False] * 3
    assert refusal(parse_switch, "1") == "'1' is not yes or no. Write yes or no."
    assert parse_choice("DONE", ("planned", "done")) == "done"
    assert (
        refusal(parse_choice, "plnned", ("planned", "done")) == "'plnned' is not one of planned, done. Write planned."
    )


def test_messages_are_short_and_printable():
    """A long or invisible value is shortened and escaped where it is shown."""
    assert shown("x" * 100) == "'" + "x" * 77 + "...'"
    assert shown("a\u202e\n") == r"'a\u202e\n'"
    assert len(refusal(parse_number, "x" * 10_000)) < 150


def test_the_nearest_name_sees_through_case_and_form():
    """Letter case and Unicode form come first, then spelling; nothing near is nothing."""
    assert nearest("CAFE\u0301", ["cafe", "café"]) == "café"
    assert did_you_mean("zzz", ["sso"]) == ""
    assert listed("ab") == "a, b"


@settings(deadline=20_000)  # a hang is a fault, a busy machine is not
@given(st.text(max_size=40))
def test_any_text_is_a_value_or_a_sentence(text):
    """No parser raises anything but its own error, on one printable line."""
    parsers = [
        (parse_name,),
        (parse_text,),
        (parse_number,),
        (parse_whole,),
        (parse_share,),
        (parse_switch,),
        (parse_effort, SIZES),
        (parse_date, CALENDAR, "dmy"),
        (parse_date, CALENDAR),
    ]
    for parse, *more in parsers:
        assert outcome(parse, text, *more).isprintable()


@settings(deadline=20_000)  # a hang is a fault, a busy machine is not
@given(st.floats(min_value=0, max_value=1e15))
def test_a_number_survives_its_shortest_text(value):
    """What is written as a number's shortest text is read back as the same number."""
    assert parse_number(shortest(value)) == value
