"""When a report is due."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ripple.reports.scheduled.when import last_due, parse_when
from ripple.roadmap.cells import CellError

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)


@pytest.fixture
def zone(monkeypatch):
    """Sets the wall clock's zone, and puts it back."""

    def put(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("daily at 07:00", "0 7 * * *"),
        ("Weekly on sunday at 7:05", "5 7 * * 0"),
        ("monthly on 31 at 23:59", "59 23 31 * *"),
        (" */15 8-18 * jan-mar mon-fri ", "*/15 8-18 * jan-mar mon-fri"),
    ],
)
def test_phrases_are_fields_of_cron(text, cron):
    """What a person writes, and what cron would."""
    assert parse_when(text).cron == cron


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is not a time. Write for example `daily at 07:00`"),
        ("every monday", "'every monday' is not a time."),
        ("daily at 25:00", "'25' is not a hour from 0 to 23."),
        ("weekly on Mondy at 07:00", "'Mondy' is not a day. Did you mean 'Monday'?"),
        ("0 7 * * 8", "'8' is not a day of the week from 0 to 7."),
        ("0 7 30 2 *", "'0 7 30 2 *' never comes."),
        ("0 7 * * */0", "'*/0' is not a day of the week"),
        ("5-1 * * * *", "'5-1' is not a minute from 0 to 59."),
        ("0 7 * * ١", "is not a day of the week as cron writes it"),
        ("0 7 1, * *", "'' is not a day of the month as cron"),
        ("9" * 5000 + " * * * *", "is not a minute as cron writes it"),
    ],
)
def test_what_is_no_time_is_told(text, sentence):
    """A sentence with the value and the remedy."""
    with pytest.raises(CellError, match=re.escape(sentence)):
        parse_when(text)


def test_a_missed_monday_is_still_due_on_thursday(zone):
    """The latest time that has passed counts, however long ago."""
    zone("UTC")
    when = parse_when("weekly on Monday at 07:00")
    assert last_due(when, MONDAY + timedelta(days=3)) == MONDAY + timedelta(hours=7)
    assert last_due(when, MONDAY + timedelta(hours=6, minutes=59)) == MONDAY - timedelta(days=7) + timedelta(hours=7)
    assert last_due(parse_when("0 0 29 2 *"), MONDAY) == datetime(2024, 2, 29, tzinfo=UTC)


def test_times_are_those_of_the_wall_clock(zone):
    """Also where it is put forward: half past two does not exist on that Sunday, half past three does."""
    zone("Europe/Berlin")
    assert last_due(parse_when("daily at 07:00"), MONDAY + timedelta(hours=12)) == MONDAY + timedelta(hours=6)
    spring = datetime(2027, 3, 28, 12, tzinfo=UTC)
    assert last_due(parse_when("daily at 02:30"), spring) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


FIELDS = st.tuples(
    st.sampled_from(["0", "*/20", "5,35", "10-50/13"]),
    st.sampled_from(["*", "3", "*/7", "22-23"]),
    st.sampled_from(["*", "1", "13", "*/10", "28-31"]),
    st.sampled_from(["*", "1", "1,2"]),
    st.sampled_from(["*", "0", "7", "1-5", "*/3", "fri"]),
)


@settings(max_examples=25, deadline=None)
@given(FIELDS, st.integers(0, 40 * 24 * 60))
def test_the_last_due_time_is_what_a_look_at_every_minute_finds(fields, minutes):
    """Minute by minute backwards, with the fields spelled out by hand."""
    now = MONDAY + timedelta(minutes=minutes, seconds=30)
    found = last_due(parse_when(" ".join(fields)), now)
    minute = now.astimezone().replace(second=0)
    for _ in range(8 * 24 * 60):
        if _matches(fields, minute):
            assert found == minute
            return
        minute -= timedelta(minutes=1)
    assert found is None or found < minute


SPELLED = {
    "*/20": {0, 20, 40}, "5,35": {5, 35}, "10-50/13": {10, 23, 36, 49}, "*/7": {0, 7, 14, 21}, "22-23": {22, 23},
    "*/10": {1, 11, 21, 31}, "28-31": {28, 29, 30, 31}, "1,2": {1, 2}, "7": {0}, "1-5": {1, 2, 3, 4, 5},
    "*/3": {0, 3, 6}, "fri": {5},
}  # fmt: skip


def _matches(fields, moment):
    """Whether a minute is named, as the manual of cron says."""
    values = (moment.minute, moment.hour, moment.day, moment.month, (moment.weekday() + 1) % 7)
    fits = [field == "*" or value in SPELLED.get(field, {int(field) if field.isdigit() else -1})
            for field, value in zip(fields, values, strict=True)]  # fmt: skip
    both = not fields[2].startswith("*") and not fields[4].startswith("*")
    return all(fits[:2]) and fits[3] and (fits[2] or fits[4] if both else fits[2] and fits[4])
