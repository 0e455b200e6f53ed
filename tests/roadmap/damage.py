"""Ways to damage a roadmap: bytes, lines, cells, encodings, YAML, and the parts of a workbook."""

import csv
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from random import Random

from openpyxl import Workbook

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "example"
SETTINGS = "roadmap.yml"
SCENARIO = "scenario.yml"
SHORT_SETTINGS = b"start: 2027-01-04\nstory_size: 3\n"
MOST_ROWS = 5
DEALS = ("elmstead", "brindlecote")
FEW = ("elmstead", "northlode")
NAMES = {"torvane": "elmstead", "directory-sync": "scheduled-reports", "erp-connector": "sso-enforcement"}
ALWAYS = (SETTINGS, "teams.csv", "features.csv")
WITH = {"promises.csv": ("deals.csv",), "gaps.csv": ("deals.csv", "promises.csv")}
"""Which tables must be beside a table so that its names are known; besides those that are always there."""

Files = dict[str, bytes]

# What damages most where it lands: ends of cells and rows, quotes, numbers out of range, other alphabets, YAML.
PIECES = (
    *(b",", b";", b"\t", b"\n", b"\r\n", b"\r", b'"', b'""', b"'", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\x28"),
    *(b"-1", b"1e308", b"1e999", b"nan", b"inf", b"0x10", b"9" * 400, b"1_0", b"2027-02-30", b"2027-Q9", b"S", b"yes"),
    *(b": ", b"- ", b"&a ", b"*a", b"!!python/object:os.system ", b"{", b"[", b"#", b"|", b"=1+1", b"../", b"%s"),
    *(b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b[2J", b"\xc2\x85", b"\xe2\x80\xa8"),
)

# Cells that a stranger may write: numbers that are none, names that attack, dates of every kind.
CELLS = (
    *("", " ", "nan", "inf", "-inf", "-3", "1e400", "0x10", "1_000", "3d", "1,5", "1.234,50", "٣", "１２", "0", "-0"),
    *("1e-320", "9999", "10000", "10001", "1e15", "NaN", "TRUE", "65%", "100%", "101%", "1/2", "½", "1 2", "+1", "--1"),
    *("2027-02-30", "2027-Q5", "0000-01-01", "9999-12-31", "2999-12-31", "1900-01-01", "4/13/2027", "13/4/2027"),
    *("44562", "44562.5", "2027-01-04T12:00:00Z", "2027-W05", "tomorrow", "2027-1-4", "20270104"),
    *("<script>alert(1)</script>", "</td></table><h1>", "[x](javascript:alert(1))", "|", "`", "{{7*7}}", "%(x)s", "%n"),
    *(
        "{0.__class__}",
        '"; DROP',
        "=1+1",
        "@SUM",
        "\t=1",
        "＝1",
        "=cmd|' /C calc'!A0",
        "<!channel>",
        "*bold*",
        "\u202e",
    ),
    *(
        "\u200b",
        "x" * 201,
        "x" * 10_000,
        "x" * 10_001,
        "👩‍👩‍👧",
        "a" + "\u0301" * 200,
        "\x1b[31m",
        "__proto__",
        "NA",
        "null",
    ),
    *(
        "None",
        "007",
        "base",
        "sso\nsso",
        "\ufeff",
        "\u2028",
        "ﬃ",
        "İ",
        "ß",
        "S",
        "M",
        "XXL",
        "torvane",
        "Torvane",
        "core",
    ),
)

YAML = (
    "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    *("[" * 600, "{a: " * 300, "- " * 600, "? " * 600, "a:\n" + " a:\n" * 50, "[" * 19 + "1" + "]" * 19),
    *("start: !!python/object/apply:os.system [ls]\n", "start: !!binary aGk=\n", "%TAG ! tag:x,2000:\n--- !x y\n"),
    *("start: 2027-01-04\nstart: 2027-01-11\n", "<<: {start: 2027-01-04}\n", "start: 2027-01-04\n---\nstart: x\n"),
    *(
        "title: NO\n",
        "title: 12:30:45\n",
        "title: 010\n",
        "title: ~\n",
        "? [a]\n: b\n",
        "title: |9\n x\n",
        "title: >-\n\n",
    ),
    *('title: "\\xZZ"\n', 'title: "\\U00110000"\n', 'title: "\\ud800"\n', "title: 'x\n", "\ttitle: x\n", "title:\tx\n"),
    *(
        "%YAML 9.9\n---\nstart: 2027-01-04\n",
        "...\n",
        "---\n",
        "--- |\nx\n",
        "- start\n",
        "start\n",
        "[]",
        "{}",
        "#",
        "\n",
    ),
    *("holidays: US\n", "holidays: XX-YY\n", "horizon_weeks: 1e6\n", "story_size: 0.5\n", "fiscal_year_start: 13\n"),
    *("sizes: {}\n", "sizes: {S: []}\n", "sizes: [1, 2]\n", "sizes: {S: [3, 2, 1]}\n", "parameters: {x: 1}\n"),
    *(
        "parameters: {rework_share: 1e308}\n",
        "revenue_targets: {2027-Q1: -1}\n",
        "revenue_targets: {2027-Q1: {a: b}}\n",
    ),
    *(
        "changes:\n  - drop: torvane\n",
        "changes: {sign: torvane}\n",
        "changes:\n  - sign: torvane\n  - sign: torvane\n",
    ),
    *(
        "changes:\n  - delay: {feature: erp-connector, weeks: 10000}\n",
        "changes:\n  - hire: core\n    engineers: 1e9\n",
    ),
    *("changes:\n  - parameters: {story_cv: 0}\n", "changes:\n  - rank: {erp-connector: 1e15}\n", "scenario: base\n"),
)

ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "cp1252",
    "cp437",
    "cp037",
    "shift_jis",
)


@dataclass(frozen=True)
class Case:
    """One thing to try: arguments of the command line, and what a folder holds besides, or instead of, its files.

    `{}` in an argument is the folder.
    """

    base: str
    arguments: tuple[str, ...]
    files: Mapping[str, bytes | None] = field(default_factory=dict)


def case(number: int) -> Case:
    """The case of a number: the same number is the same case everywhere."""
    random = Random(f"damage {number}")
    (family,) = random.choices(list(FAMILIES), [weight for weight, _ in FAMILIES.values()])
    return FAMILIES[family][1](random)


@cache
def bases() -> Mapping[str, Files]:
    """The folders that are damaged: for each file one with little else, a small one, a workbook, the example."""
    small, few = dict(_part(DEALS)), {**dict(_part(FEW)), SETTINGS: SHORT_SETTINGS}
    tables = [name for name in few if name.endswith(".csv") and name != "work.csv"]
    return {
        **{table: {name: few[name] for name in {*ALWAYS, *WITH.get(table, ()), table}} for table in tables},
        SETTINGS: {name: few[name] for name in (*ALWAYS, "deals.csv")} | {SETTINGS: small[SETTINGS]},
        "work.csv": {name: small[name] for name in (*ALWAYS, "work.csv")} | {SETTINGS: SHORT_SETTINGS},
        "small": small,
        "workbook": {"plan.xlsx": _workbook(small)},
        "example": {path.name: path.read_bytes() for path in sorted(EXAMPLE.glob("*.*")) if path.suffix != ".md"},
    }


def _part(deals: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Two deals of the example, and of every table the rows about what they need; torvane's scenario for the first."""
    tables = {path.stem: _rows(path.read_bytes()) for path in sorted(EXAMPLE.glob("*.csv"))}
    features = {row["feature"] for row in tables["promises"] if row["deal"] in deals}
    while more := {row["needs"] for row in tables["dependencies"] if row["feature"] in features} - features:
        features |= more
    kept = {"deal": {*deals, ""}, "feature": {*features, ""}, "needs": features}
    for name, rows in tables.items():
        chosen = [row for row in rows if all(row.get(column) in (None, *names) for column, names in kept.items())]
        yield f"{name}.csv", _text((chosen or rows)[: None if name in ("teams", "features", "work") else MOST_ROWS])
    yield SETTINGS, (EXAMPLE / SETTINGS).read_bytes()
    scenario = (EXAMPLE / "scenarios" / "phased.yml").read_text(encoding="utf-8")
    for name, other in NAMES.items():
        scenario = scenario.replace(name, other)
    yield SCENARIO, scenario.encode()


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def _text(rows: Sequence[Mapping[str, str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _workbook(files: Files) -> bytes:
    """The tables as sheets of a workbook."""
    book = Workbook()
    sheet = book.active
    sheet.title = "roadmap"
    for row in (("key", "value"), ("start", "2027-01-04"), ("sizes.S", "[4, 8, 14]"), ("story_size", 3)):
        sheet.append(row)
    for name in ("teams", "features", "work", "dependencies", "deals", "promises", "gaps"):
        sheet = book.create_sheet(name)
        for row in csv.reader(StringIO(files[f"{name}.csv"].decode(), newline="")):
            sheet.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell or None for cell in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


# -- damage ------------------------------------------------------------------------------------------------------


def random_bytes(random: Random, _: bytes) -> bytes:
    """No file at all, only bytes: of any value, or of a few."""
    alphabet = random.choice((bytes(range(256)), b',;\t\n"', b'feature,team1"\n', b"\0\xff\xfe", b":-[]{}\"'\n #"))
    return bytes(random.choices(alphabet, k=random.choice((0, 1, 2, 30, 300, 2000))))


def flipped_bits(random: Random, content: bytes) -> bytes:
    """Some bits are the other way round."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def cut_off(random: Random, content: bytes) -> bytes:
    """The end is missing, or the beginning."""
    place = random.randint(0, len(content))
    return content[:place] if random.random() < 0.8 else content[place:]


def with_pieces(random: Random, content: bytes) -> bytes:
    """A few pieces replaced, inserted or repeated."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        place = random.randint(0, len(data))
        length = random.choice((0, 0, 1, 1, 4, 40))
        kind = random.random()
        piece = random.choice(PIECES) if kind < 0.6 else random.randbytes(random.randint(1, 8))
        data[place : place + length] = bytes(data[place : place + 60]) * 2 if kind > 0.9 else piece
    return bytes(data)


def shuffled_lines(random: Random, content: bytes) -> bytes:
    """Lines twice, elsewhere, gone, or joined with those of another table."""
    lines = content.splitlines(keepends=True)
    other = random.choice([file for name, file in bases()["small"].items() if name.endswith(".csv")])
    for _ in range(random.choice((1, 1, 2, 5))):
        line = random.choice(random.choice((lines, other.splitlines(keepends=True))) or [b"\n"])
        place = random.randint(0, len(lines))
        kind = random.random()
        if kind < 0.6:
            lines.insert(place, line * random.choice((1, 1, 2, 50)))
        elif kind < 0.8:
            del lines[place : place + 1]
        else:
            lines[place : place + 1] = [line.rstrip(b"\n")]
    return b"".join(lines)


def other_cells(random: Random, content: bytes) -> bytes:
    """Cells of a stranger, in a table that is otherwise whole; now and then too many of them."""
    delimiter = random.choice(",,,;\t")
    rows = [list(row) for row in csv.reader(StringIO(content.decode(errors="replace"), newline=""))] or [[""]]
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        row = random.choice(rows) or [""]
        place = random.randrange(len(row) or 1)
        row[place : place + 1] = [random.choice(CELLS)] * random.choice((1, 1, 1, 1, 1, 1, 2, 250))
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=random.choice(("\n", "\r\n", "\r"))).writerows(rows)
    return text.getvalue().encode(errors="surrogatepass")


def other_encoding(random: Random, content: bytes) -> bytes:
    """The same text in the encoding of another machine."""
    text = content.decode(errors="replace").replace("e", random.choice("eéłÀ"), 3)
    return text.encode(random.choice(ENCODINGS), errors="replace")


def other_yaml(random: Random, content: bytes) -> bytes:
    """What YAML can do and settings have no use for, alone or after, before or inside the settings."""
    piece, lines = random.choice(YAML), content.decode(errors="replace").splitlines(keepends=True)
    if random.random() < 0.3:
        return piece.encode(errors="surrogatepass")
    place = random.randint(0, len(lines))
    taken = {line.partition(":")[0] for line in piece.splitlines()} if random.random() < 0.7 else set()
    kept = [line if line.partition(":")[0] not in taken else "" for line in lines]
    return "".join([*kept[:place], piece, *kept[place:]]).encode(errors="surrogatepass")


ANYTHING = (random_bytes, flipped_bits, cut_off, with_pieces, shuffled_lines, other_encoding)
Way = Callable[[Random, bytes], bytes]


# -- families ----------------------------------------------------------------------------------------------------


def a_table(random: Random) -> Case:
    """A table, damaged in any way, or gone; in a folder that has little else."""
    name = random.choice([name for name in bases() if name.endswith(".csv")])
    if random.random() < 0.01:
        return Case(name, ("check", "{}"), {name: None})
    way = random.choice((*ANYTHING, other_cells, other_cells))
    return Case(name, ("check", "{}"), {name: way(random, bases()[name][name])})


def some_files(random: Random) -> Case:
    """Several files of the small folder at once."""
    names = random.sample([name for name in bases()["small"] if name != SCENARIO], random.choice((2, 2, 3, 8)))
    return Case(
        "small", ("check", "{}"), {name: random.choice(ANYTHING)(random, bases()["small"][name]) for name in names}
    )


def the_settings(random: Random) -> Case:
    """The settings of the example, in a folder that has little else."""
    way: Way = random.choice((*ANYTHING, other_yaml, other_yaml, other_yaml))
    return Case(SETTINGS, ("check", "{}"), {SETTINGS: way(random, bases()[SETTINGS][SETTINGS])})


def a_scenario(random: Random) -> Case:
    """A scenario, which is simulated if it can be read."""
    way: Way = random.choice((*ANYTHING, other_yaml, other_yaml))
    command = ("simulate", "{}", "--scenario", f"{{}}/{SCENARIO}", "--no-luck", "-o", "-")
    return Case("small", command, {SCENARIO: way(random, bases()["small"][SCENARIO])})


def some_argument(random: Random) -> Case:
    """A deal, a folder or a file of a strange name."""
    name = random.choice([cell for cell in CELLS if "\0" not in cell])
    arguments = (("--deal", name), ("--scenario", name), ("-n", name), (name,))
    return Case("small", ("simulate", "{}", *random.choice(arguments), "--no-luck", "-o", "-"))


def a_workbook(random: Random) -> Case:
    """A workbook, damaged as a whole, or in a part of it under a checksum that holds."""
    (content,) = bases()["workbook"].values()
    way = random.choice((random_bytes, flipped_bits, cut_off, with_pieces))
    if random.random() < 0.4:
        return Case("workbook", ("check", "{}"), {"plan.xlsx": way(random, content)})
    return Case("workbook", ("check", "{}"), {"plan.xlsx": _with_part(random, content, way)})


def _with_part(random: Random, content: bytes, way: Way) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        name = random.choice(old.namelist())
        for part in old.namelist():
            new.writestr(part, way(random, old.read(part)) if part == name else old.read(part))
    return stream.getvalue()


def the_example(random: Random) -> Case:
    """A file of the whole example."""
    name = random.choice(list(bases()["example"]))
    way = random.choice(ANYTHING)
    return Case("example", ("check", "{}"), {name: way(random, bases()["example"][name])})


FAMILIES: Mapping[str, tuple[float, Callable[[Random], Case]]] = {
    "a table": (0.81, a_table),
    "some files": (0.03, some_files),
    "the settings": (0.07, the_settings),
    "a scenario": (0.04, a_scenario),
    "a workbook": (0.03, a_workbook),
    "some argument": (0.01, some_argument),
    "the example": (0.01, the_example),
}
"""Each with its share of the cases: the slow ones are fewer."""
