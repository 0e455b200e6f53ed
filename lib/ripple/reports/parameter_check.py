"""A notebook's parameters: only its own, each of the type of its default.

The names and defaults are read from the cell tagged `parameters` without running it. A name that is not there is an
error, for papermill writes names into code as they are.
"""

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from nbformat import NotebookNode

from ripple.errors import InputError
from ripple.reports.escape import label

SAID = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "None": "nothing (null)"}
MOST_CHARACTERS = 10_000
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
WORDS = {"true": True, "false": False}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a notebook: its default and the names of the types it takes."""

    name: str
    default: object
    types: frozenset[str]

    def takes(self, value: object) -> bool:
        """Whether the value is of one of the parameter's types, and finite."""
        if isinstance(value, float) and not math.isfinite(value):
            return False
        kind = "None" if value is None else type(value).__name__
        return kind in self.types or (kind == "int" and "float" in self.types)

    @property
    def wanted(self) -> str:
        """The types in words."""
        return " or ".join(said for kind, said in SAID.items() if kind in self.types)


def parameters_of(notebook: NotebookNode) -> dict[str, Parameter]:
    """The parameters of a notebook, by name, in the order of its cell tagged `parameters`."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        return {}
    try:
        found = [_parameter(line) for line in ast.parse(cells[0].source).body]
    except SyntaxError as error:
        sentence = f"The cell tagged parameters is not plain Python ({error.msg}, line {error.lineno}). Correct it."
        raise InputError([sentence]) from None
    return {parameter.name: parameter for parameter in found if parameter is not None}


def _parameter(line: ast.stmt) -> Parameter | None:
    if isinstance(line, ast.Assign) and len(line.targets) == 1:
        target, annotation = line.targets[0], None
    elif isinstance(line, ast.AnnAssign) and line.value is not None:
        target, annotation = line.target, line.annotation
    else:
        return None
    if not isinstance(target, ast.Name) or line.value is None:
        return None
    default = _literal(line.value)
    return Parameter(target.id, default, _types(annotation, default))


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _types(annotation: ast.expr | None, default: object) -> frozenset[str]:
    """The type names that an annotation mentions; without one, the default's own; for a bare None, any."""
    if annotation is not None:
        words = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
        words |= {str(node.value) for node in ast.walk(annotation) if isinstance(node, ast.Constant)}
        words |= {"None"} if "Optional" in words else set()
        return frozenset(words & SAID.keys())
    return frozenset(SAID) if default is None else frozenset({type(default).__name__})


def checked(notebook: NotebookNode, given: Mapping[str, object], name: str) -> dict[str, object]:
    """The values given, in the notebook's order, or an `InputError` with a sentence for each that cannot be used."""
    known = parameters_of(notebook)
    problems = [_unknown(wrong, known, name) for wrong in given if wrong not in known]
    problems += [p for p in (_misfit(known[key], given[key], name) for key in known if key in given) if p]
    if problems:
        raise InputError(problems)
    return {key: given[key] for key in known if key in given}


def _unknown(wrong: object, known: Mapping[str, Parameter], name: str) -> str:
    near = get_close_matches(str(wrong), known, 1)
    remedy = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known) or 'none'}."
    return f"{name} has no parameter {label(wrong)!r}. {remedy}"


def _misfit(parameter: Parameter, value: object, name: str) -> str:
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return f"{name}, parameter {parameter.name}: longer than {MOST_CHARACTERS} characters. Shorten it."
    if parameter.takes(value):
        return ""
    return f"{name}, parameter {parameter.name}: {label(repr(value))} does not fit. Write {parameter.wanted}."


def from_words(notebook: NotebookNode, words: Mapping[str, str]) -> dict[str, object]:
    """Values typed on a command line, read as the types of the parameters: `200` is a number only where one is due."""
    known = parameters_of(notebook)
    return {key: _read(known[key], word) if key in known else word for key, word in words.items()}


def _read(parameter: Parameter, word: str) -> object:
    """The word as the first of the parameter's types that it can be written in; else the word itself."""
    if "str" in parameter.types:
        return word
    if "bool" in parameter.types and word.lower() in WORDS:
        return WORDS[word.lower()]
    if "int" in parameter.types and WHOLE.fullmatch(word):
        return int(word)
    if "float" in parameter.types and DECIMAL.fullmatch(word):
        return float(word)
    return None if word in ("", "null") and "None" in parameter.types else word
