"""`python -m ripple.reports.refresh`: run the committed notebooks again and keep their outputs.

The notebooks in `notebooks/` are kept with their outputs on the example; those in `notebooks/rust-2026/` are the same
ones on the second roadmap. Both are compared with a fresh run by the tests. The README's picture is one of their
figures.
"""

import sys

import nbformat

from ripple.reports.publish import write_file
from ripple.reports.render import NOTEBOOKS, refresh

RUST = "data/rust-2026"
SPONSOR = f"{RUST}/scenarios/sponsor-by-mid-year.yml"
SECOND = {
    "01_roadmap": {"roadmap": RUST, "n": 300},
    "02_deal_impact": {"roadmap": RUST, "scenario": SPONSOR, "n": 200, "sensitivity_n": 5},
}

PICTURE = "figures.ripple_map(comparison)"


def main() -> None:
    """Refresh every committed notebook."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        sys.stderr.write(f"{refresh(path).name}\n")
    for name, parameters in SECOND.items():
        refresh(name, parameters, NOTEBOOKS / "rust-2026" / f"{name}.ipynb")
        sys.stderr.write(f"rust-2026/{name}.ipynb\n")
    picture()


def picture() -> None:
    """Keep the README's picture: the ripple map of the deal-impact notebook."""
    notebook = nbformat.read(NOTEBOOKS / "02_deal_impact.ipynb", as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.source == PICTURE)
    write_file(NOTEBOOKS.parent / "docs" / "ripple-map.svg", cell.outputs[0]["data"]["image/svg+xml"])


if __name__ == "__main__":
    main()
