"""Values as YAML that reads as the same values."""

import json
import re
from collections.abc import Mapping

from ripple.roadmap.settings import Yaml

PLAIN = re.compile(r"[A-Za-z0-9](?:[\w .,()/-]*[\w.)/-])?", re.ASCII)
FLOW = re.compile(r"[\[{].*[\]}]")


def yaml_value(value: str) -> str:
    """A value as it is written in YAML: plain where that is safe, else in quotes.

    >>> yaml_value("2027-01-04"), yaml_value("a: b # c"), yaml_value("[1, 2, 4]")
    ('2027-01-04', '"a: b # c"', '[1, 2, 4]')
    """
    if PLAIN.fullmatch(value) or FLOW.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def yaml_text(tree: Mapping[str, Yaml]) -> str:
    r"""A tree of texts as YAML that reads as the same tree.

    >>> yaml_text({"start": "2027-01-04", "sizes": {"S": ["1", "2", "4"]}, "title": None})
    'start: 2027-01-04\nsizes:\n  S: [1, 2, 4]\ntitle:\n'
    """
    return "".join(_branch(key, value, "") for key, value in tree.items())


def _branch(key: str, value: Yaml, indent: str) -> str:
    name = f"{indent}{_scalar(key)}:"
    if isinstance(value, dict) and value:
        return f"{name}\n" + "".join(_branch(inner, member, f"{indent}  ") for inner, member in value.items())
    return f"{name}{' ' + flow(value) if value is not None else ''}\n"


def flow(value: Yaml) -> str:
    """A value of YAML on one line.

    >>> flow(["1", "2, 3"])
    '[1, "2, 3"]'
    """
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_scalar(key)}: {flow(member)}' for key, member in value.items())}}}"
    return "null" if value is None else _scalar(value)


def _scalar(text: str) -> str:
    return (
        text
        if re.fullmatch(r"[A-Za-z0-9](?:[\w .()/-]*[\w.)/-])?", text, re.ASCII)
        else json.dumps(text, ensure_ascii=False)
    )
