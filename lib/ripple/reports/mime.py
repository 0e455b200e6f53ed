"""In which forms a chart goes into a notebook's output."""

VEGA = "application/vnd.vegalite.v5+json"
"""The specification, which JupyterLab draws live."""

SVG = "image/svg+xml"
"""A picture, for every other reader."""

ASKING = frozenset({"href", "url", "usermeta"})
"""Keys that would make a chart link or load something."""

LATER = "RIPPLE_PICTURES_LATER"
"""The environment variable by which whoever runs a notebook promises to draw its charts."""
