"""Texts from outside (the address, a plan, a provider's answer) as they are, where Streamlit reads Markdown.

Without this a link to the dashboard could carry a picture of another host into a headline, and opening it would tell
that host of every reader.
"""

import re
from urllib.parse import quote

MARKS = re.compile(r"([\\`*_\[\]$~])")  # what makes code, emphasis, links, pictures, colours, formulas
IN_ADDRESS = ":/?#@!$&'*+,;=%~"  # as in RFC 3986, without the brackets that would end a link of Markdown


def literal(text: str) -> str:
    """Return a text in which Markdown finds nothing to do; links can be made around it, not in it."""
    return MARKS.sub(r"\\\1", text)


def link(text: str, url: str) -> str:
    """Return a link of Markdown; only the text where the address is none of the web."""
    if not url.startswith(("https://", "http://")):
        return literal(text)
    return f"[{literal(text)}]({quote(url, safe=IN_ADDRESS)})"
