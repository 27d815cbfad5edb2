"""HTML as this program itself writes it, known by its form: paragraphs, headings, lists and tables of texts.

It is nearly all that a report consists of. Only tags and attributes that the allow-list of :mod:`evalbook.publish.sanitise` leaves as
they are have a place in that form, no text in it holds a ``<``, and everything that is opened is closed where a parser expects it; so
cleaning it changes nothing but the spelling of a few characters. A regular expression sees this some ten times faster than a parser.
"""

from __future__ import annotations

import re

__all__ = ["clean_plain"]

#: Characters that a parser of HTML drops or a writer of it spells otherwise are not plain.
_PART = r"[^<>&\0\r\u00a0\ufeff]*+"
_TEXT = rf"{_PART}(?:&(?:amp|lt|gt|quot|emsp|#x27);{_PART})*+"
_WORDS = rf"{_TEXT}(?:(?:<br>|<strong>{_TEXT}</strong>){_TEXT})*+"
_NAME = r"(?!eb-)[A-Za-z][A-Za-z0-9_-]{0,40}+(?![A-Za-z0-9_-])"
_CLASS = rf'(?: class="{_NAME}(?: {_NAME})*+")?+'
_SCOPE = r'(?: scope="(?:col|row)")?+'
_ROW = rf"<tr{_CLASS}>(?:<td{_CLASS}>{_WORDS}</td>|<th{_SCOPE}{_CLASS}>{_WORDS}</th>)++</tr>"
_CAPTION = rf"(?:<caption{_CLASS}>{_TEXT}</caption>)?+"
_TABLE = rf"<table{_CLASS}>{_CAPTION}(?:<thead{_CLASS}>(?:{_ROW})++</thead>)?+<tbody{_CLASS}>(?:{_ROW})*+</tbody></table>"
_BLOCKS = "|".join(
    [
        *(f"<{tag}{_CLASS}>{_WORDS}</{tag}>" for tag in ("p", "h2", "h3", "h4", "h5", "h6")),
        f"<ul{_CLASS}>(?:<li{_CLASS}>{_WORDS}</li>)*+</ul>",
        _TABLE,
    ]
)
# Without groups that capture: inside a possessive repetition Python 3.11 loses their place.
_PLAIN = re.compile(rf"(?:{_BLOCKS}|<div{_CLASS}>(?:{_BLOCKS})*+</div>)*+")
#: What is written one way by our escaping and another way by a writer of HTML.
_SPELLINGS = (("&emsp;", "\u2003"), ("&quot;", '"'), ("&#x27;", "'"))


def clean_plain(fragment: str) -> str | None:
    """The fragment as cleaning leaves it, if it is plain; else None, and it takes a parser.

    >>> clean_plain('<p class="result">&emsp;第1名</p>'), clean_plain("<p onclick='x()'>第1名</p>")
    ('<p class="result">\u2003第1名</p>', None)
    """
    if not _PLAIN.fullmatch(fragment):
        return None
    for written, character in _SPELLINGS:
        fragment = fragment.replace(written, character)
    return fragment
