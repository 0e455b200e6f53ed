"""Settings: YAML without its traps, and what the keys of roadmap.yml mean."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ripple.errors import InputError
from ripple.roadmap.cells import Effort
from ripple.roadmap.roadmap_yml import SIZES, read_settings
from ripple.roadmap.settings import load_yaml, parse_yaml

WORDS = ["NO", "010", "12:30:45", "2027-01-04", "0.2", "~", "null", "1e3", "0x10", "true", "1_000", ".inf"]


def refusal(text):
    """The sentence with which a text is refused as YAML."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "roadmap.yml")
    (sentence,) = caught.value.problems
    return sentence


def faults(**tree):
    """What is wrong with a tree of settings that begins on a Monday."""
    return read_settings({"start": "2027-01-04", **tree}, "roadmap.yml")[1]


@pytest.mark.parametrize("word", WORDS)
def test_every_scalar_stays_the_text_that_was_written(word):
    """Norway, octal numbers, times, dates and null are text, plain or quoted."""
    assert parse_yaml(f"a: {word}\nb: '{word}'\nc: [{word}]\n{word!r}: d", "x.yml") == {
        "a": word, "b": word, "c": [word], word: "d",
    }  # fmt: skip


def test_what_is_not_written_is_none():
    """Blank is None, an empty quoted text is a text, an empty file has no settings."""
    assert parse_yaml("a:\nb: ''", "x.yml") == {"a": None, "b": ""}
    assert parse_yaml("", "x.yml") == parse_yaml("# nothing\n", "x.yml") == parse_yaml("---\n", "x.yml") == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_may_be_utf_8_or_utf_16(tmp_path, encoding):
    """Byte order marks and Windows line ends are no part of a value."""
    path = tmp_path / "roadmap.yml"
    path.write_bytes("title: Größe\r\nstart: 2027-01-04\r\n".encode(encoding))
    assert load_yaml(path) == {"title": "Größe", "start": "2027-01-04"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\na: 2", "roadmap.yml, line 2: the key 'a' is there twice. Remove one."),
        ("a: {b: 1, b: 2}", "roadmap.yml, line 1: the key 'b' is there twice. Remove one."),
        ("a: &x 1", "roadmap.yml, line 1: an anchor (&). Write the value out in every place."),
        ("a: 1\nb: *x", "roadmap.yml, line 2: an alias (*)."),
        ("a: !!python/object/apply:os.system [ls]", "roadmap.yml, line 1: a tag ('tag:yaml.org,2002:python/object"),
        ("a: !!str 1", "roadmap.yml, line 1: a tag"),
        ("a: !x 1", "roadmap.yml, line 1: a tag ('!x')."),
        ("? [1]\n: 2", "roadmap.yml, line 1: a key that is blank, a list or a mapping. Write a word."),
        ("?\n: 2", "roadmap.yml, line 1: a key that is blank, a list or a mapping. Write a word."),
        ("- 1", "roadmap.yml, line 1: not a list of settings. Write lines such as `start: 2027-01-04`."),
        ("a: 1\n---\nb: 2", "roadmap.yml, line 2: a second document (---). Keep one."),
        ("a: [1", "roadmap.yml, line 1: not valid YAML (expected ',' or ']', but got '<stream end>')."),
        ("a: b: c", "roadmap.yml, line 1: not valid YAML (mapping values are not allowed here)."),
        ("\ta: 1", "roadmap.yml, line 1: not valid YAML"),
        ('a: "\\ud800"', "roadmap.yml, line 1: '\\ud800' holds the character U+D800. Remove it."),
        ('a: "\\UFFFFFFFF"', "roadmap.yml: not valid YAML. Check its quotes and escapes."),
        ("a: 1\nb: \u202e2", "roadmap.yml, line 2: the character U+202E. Remove it."),
        ("a: \0", "roadmap.yml, line 1: a NUL character. Remove it."),
        ("a: " + "x" * 10_001, "roadmap.yml, line 1: a value has more than 10,000 characters. Shorten it."),
        ("a: [" + "b," * 20_000 + "]", "roadmap.yml, line 1: more than 20,000 values. Shorten the file."),
        ("[" * 5000, "roadmap.yml, line 1: nested more than 20 deep. Flatten it."),
        ("- " * 5000, "roadmap.yml, line 1: nested more than 20 deep. Flatten it."),
        ("{a: " * 5000, "roadmap.yml, line 1: nested more than 20 deep. Flatten it."),
    ],
)
def test_what_yaml_could_do_is_refused_with_its_line(text, sentence):
    """Tags, aliases, duplicate keys, depth and size are refused in one sentence each."""
    assert refusal(text).startswith(sentence)


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    """Nothing is expanded, so nothing explodes."""
    levels = [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]" for i in range(8)]
    assert refusal("\n".join(["a: &a [x, x]", *levels])).startswith("roadmap.yml, line 1: an anchor")


def test_a_settings_file_has_a_size_and_an_encoding(tmp_path):
    """More than 1 MB is refused before parsing; another encoding is refused with the row."""
    path = tmp_path / "roadmap.yml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(InputError, match=r"roadmap\.yml: larger than 1 MB"):
        load_yaml(path)
    path.write_bytes("start: 2027-01-04\ntitle: Größe".encode("cp1252"))
    with pytest.raises(InputError, match=r"roadmap\.yml, row 2: the byte 0xF6 is not UTF-8"):
        load_yaml(path)


@hypothesis_settings(deadline=20_000)  # a hang is a fault, a busy machine is not
@given(st.text(max_size=200) | st.binary(max_size=200) | st.text(alphabet="ab:-?[]{}&*!|>'\"#%@\\ \n,", max_size=60))
def test_any_bytes_are_settings_or_a_sentence(data):
    """Whatever the bytes are, the answer is a mapping or an InputError."""
    try:
        found = parse_yaml(data, "roadmap.yml")
    except InputError as error:
        found = {str(error): None}
    assert isinstance(found, dict)


def test_settings_that_are_left_out_have_the_stated_defaults():
    """Only the start is required."""
    settings, problems = read_settings({"start": "2027-01-04"}, "roadmap.yml")
    assert not problems
    assert (settings.horizon_weeks, settings.story_size, settings.fiscal_year_start) == (156.0, 1.0, 1)
    assert (settings.currency, settings.dates, settings.sizes["M"]) == ("USD", "iso", Effort(6, 3, 12))
    assert settings.default_size is settings.holidays is None
    assert settings.sizes is SIZES


def test_every_setting_is_read():
    """Each key of roadmap.yml finds its place."""
    tree = parse_yaml(
        "start: 2027-01-04\ntitle: NO\nhorizon_weeks: 52\nfiscal_year_start: 2\ncurrency: EUR\nstory_size: 0.5\n"
        "sizes: {XS: [0.5, 1, 2]}\ndefault_size: XS\ndates: dmy\nholidays: DE-BY\n"
        "revenue_targets: {2027-Q1: 100000}\nparameters: {rework_share: 0.2}\n",
        "roadmap.yml",
    )
    settings, problems = read_settings(tree, "roadmap.yml")
    assert not problems
    assert (settings.title, settings.currency, settings.holidays, settings.default_size) == ("NO", "EUR", "DE-BY", "XS")
    assert settings.sizes == {"XS": Effort(1, 0.5, 2)}
    assert (settings.revenue_targets, settings.parameters) == ({"2027-Q1": 100000.0}, {"rework_share": 0.2})


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (None, "roadmap.yml, start: blank. Write the Monday from which work is planned, `start: 2027-01-04`."),
        ("2027-01-05", "roadmap.yml, start: '2027-01-05' is a Tuesday. Write 2027-01-04, the nearest Monday."),
        ("2027-01-07", "roadmap.yml, start: '2027-01-07' is a Thursday. Write 2027-01-04, the nearest Monday."),
        ("2027-01-08", "roadmap.yml, start: '2027-01-08' is a Friday. Write 2027-01-11, the nearest Monday."),
        (["2027-01-04"], "roadmap.yml, start: a list or a mapping. Write one value."),
    ],
)
def test_the_start_is_a_monday(start, sentence):
    """Another day is refused with the Monday nearest to it."""
    assert faults(start=start) == [sentence]


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ({"horizon_week": "9"}, "roadmap.yml: 'horizon_week' is not a setting. Did you mean 'horizon_weeks'?"),
        ({"horizon_weeks": "1000001"}, "roadmap.yml, horizon_weeks: '1000001' is above 1000000."),
        ({"story_size": "0"}, "roadmap.yml, story_size: '0' is below 0.001."),
        ({"fiscal_year_start": "13"}, "roadmap.yml, fiscal_year_start: '13' is above 12."),
        ({"dates": "mdyy"}, "roadmap.yml, dates: 'mdyy' is not one of iso, mdy, dmy. Write mdy."),
        ({"sizes": "S"}, "roadmap.yml, sizes: not names with values. Write them as `sizes: {name: value}`."),
        ({"sizes": {"S": ["1", "2"]}}, "roadmap.yml, sizes, S: not three numbers."),
        ({"sizes": {"S": ["2", "1", "4"]}}, "roadmap.yml, sizes, S: [2, 1, 4] does not rise from above 0."),
        ({"sizes": {"3": ["1", "2", "4"]}}, "roadmap.yml, sizes, 3: '3' is a number. Give the size a name such as S."),
        ({"default_size": "s"}, "roadmap.yml, default_size: 's' is not a size. Write S."),
        ({"holidays": "ZZ"}, "roadmap.yml, holidays: 'ZZ' is not a country whose holidays are known."),
        ({"holidays": "DE-B"}, "roadmap.yml, holidays: 'DE-B' is not a region of DE. Write DE-"),
        ({"revenue_targets": {"2027-Q5": "1"}}, "roadmap.yml, revenue_targets, 2027-Q5: not a fiscal quarter."),
        ({"revenue_targets": {"2027-Q1": None}}, "roadmap.yml, revenue_targets, 2027-Q1: blank. Write a value."),
        (
            {"parameters": {"rework_shar": "1"}},
            "roadmap.yml, parameters, rework_shar: 'rework_shar' is not a parameter. Did you mean 'rework_share'?",
        ),
        ({"parameters": {"rework_share": "20"}}, "roadmap.yml, parameters, rework_share: rework_share cannot be 20."),
    ],
)
def test_a_wrong_setting_is_told_with_its_key(tree, sentence):
    """Each key is checked alone; the others are still read."""
    (problem,) = faults(**tree)
    assert problem.startswith(sentence)
