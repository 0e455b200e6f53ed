"""Attacks and rubbish: names of strangers come through harmless, bytes of any kind give a sentence."""

import json
import random

import pytest

from ripple.errors import InputError
from ripple.importers.cleaning import FORMULA
from ripple.importers.folder import import_files
from tests.importers.bringing import ATTACKS, SAMPLES, bring, everything_in, jira, table


def harmless(out):
    """No cell would run in a spreadsheet, and none holds what a table may not hold."""
    return not [cell for cell in everything_in(out) if cell.startswith(FORMULA)]


def test_names_of_strangers_in_a_csv(tmp_path):
    """Titles, teams, types, sprints, versions and labels of the corpus are read, written and read again."""
    extra = ["Team", "Sprint", "Fix versions", "Labels", "Assignee", "Anything"]
    rows = jira(*((f"A-{n}", text, *[text] * 6) for n, text in enumerate(ATTACKS)), extra=extra)
    report, out, roadmap = bring(tmp_path, "jira", rows)
    assert len(roadmap.features) == len(ATTACKS)
    assert harmless(out)
    assert "\u202e" not in str(report)
    titles = {row["feature"]: row["title"] for row in table(out, "features")}
    assert titles["A-0"] == "<script>alert(1)</script>"
    assert titles[f"A-{ATTACKS.index('=1+1')}"] == "'=1+1"
    assert titles[f"A-{ATTACKS.index('NA')}"] == "NA"


def test_names_of_strangers_as_keys(tmp_path):
    """Even as keys, links and parents they make a roadmap that can be read."""
    header = ["Issue key", "Summary", "Parent", "Outward issue link (Blocks)"]
    rows = [header, *([text, "x", ATTACKS[n - 1], ATTACKS[n - 2]] for n, text in enumerate(ATTACKS))]
    _, out, _ = bring(tmp_path, "jira", rows)
    assert harmless(out)


def test_names_of_strangers_in_json(tmp_path):
    """JSON can hold what CSV cannot: halves of characters, and controls."""
    texts = [*ATTACKS, "half \ud83d", "\x00", "\ud83d"]
    issues = [{"number": n, "title": text, "state": text, "labels": [text], "milestone": {"title": text}, "body": text}
              for n, text in enumerate(texts)]  # fmt: skip
    _, out, _ = bring(tmp_path, "github", json.dumps(issues).encode(), "x.json")
    assert harmless(out)


def test_names_of_strangers_as_deals(tmp_path):
    """The same for deals, customers, stages and owners."""
    header = ["Opportunity Name", "Account Name", "Stage", "Opportunity Owner", "Close Date", "Amount"]
    rows = [header, *([text, text, text, text, "2027-01-31", "5"] for text in ATTACKS)]
    _, out, roadmap = bring(tmp_path, "salesforce", rows)
    assert harmless(out)
    assert len(roadmap.deals) == len(ATTACKS)


def damaged(data, seed):
    """The bytes of a file with some changed, cut, doubled or made up."""
    luck = random.Random(seed)
    kind = seed % 5
    if kind == 0:
        return luck.randbytes(luck.randrange(400))
    changed = bytearray(data[:6000])
    if kind == 1:
        del changed[luck.randrange(len(changed)) :]
    for _ in range(luck.randrange(1, 30)):
        if not changed:
            break
        place = luck.randrange(len(changed))
        if kind == 2:
            changed[place] = luck.randrange(256)
        elif kind == 3:
            changed[place:place] = luck.choice(
                [b'"', b",", b"\n", b"\0", b"\xff", b"[", b"}", b"99999999999", b"\xe2\x80\xae"]
            )
        elif kind == 4:
            del changed[place : place + luck.randrange(40)]
    return bytes(changed)


CASES = [("jira", "jira-cloud.csv"), ("jira", "jira-rest.json"), ("linear", "linear.csv"),
         ("github", "github-issues.json"),
         ("salesforce", "salesforce-report.csv"), ("salesforce", "salesforce-history.csv")]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("part", range(4))
def test_any_bytes_give_a_roadmap_or_a_sentence(tmp_path, kind, name, part):
    """Several hundred damaged exports: only an InputError may come out, and then nothing has been written."""
    data = (SAMPLES / name).read_bytes()
    n_read, wrong = 0, []
    for seed in range(part * 20, part * 20 + 20):
        file, out = tmp_path / f"{seed}-{name}", tmp_path / f"out-{seed}"
        file.write_bytes(damaged(data, seed))
        try:
            import_files(kind, [file], out)
            n_read += 1
        except InputError:
            wrong.append(seed)
    assert n_read + len(wrong) == 20
    assert not [seed for seed in wrong if (tmp_path / f"out-{seed}").exists()]


@pytest.mark.parametrize("kind", ["jira", "linear", "github", "salesforce"])
@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04rubbish", b"{}", b"[]", b"a\n"]
)
def test_small_rubbish(tmp_path, kind, data):
    """Nothing, or nearly nothing, in a file."""
    message = "export.csv"
    try:
        bring(tmp_path, kind, data)
    except InputError as error:
        message = str(error)
    assert "export.csv" in message


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_no_file_is_a_sentence(tmp_path, name):
    """A file that is not there, and a folder."""
    with pytest.raises(InputError):
        import_files("jira", [tmp_path / name], tmp_path / "r")


def test_five_thousand_issues_are_quick(tmp_path):
    """A tenth of the most that must work, in far less than a tenth of the time that it may take."""
    import time

    rows = jira(*((f"A-{n}", f"Thing {n}", f"A-{n * 7 % 5000}", "text " * 100) for n in range(5000)),
                extra=["Outward issue link (Blocks)", "Description"])  # fmt: skip
    began = time.monotonic()
    bring(tmp_path, "jira", rows)
    assert time.monotonic() - began < 30
