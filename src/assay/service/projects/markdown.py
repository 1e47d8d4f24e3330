"""Markdown as HTML that may be shown to anybody.

Raw HTML is shown as text, and so is a picture: one from elsewhere would tell somebody who reads.
What was written is cleaned once more by a list of what may stay.
"""

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from assay.render.writing import visible

_TAGS = frozenset(
    {"p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"}
    | {"em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"}
)
_ADDRESSES = frozenset({"https", "http", "mailto"})


def safe_html(text: str) -> Markup:
    r"""Return a text in Markdown as HTML without pictures, scripts, styles and frames.

    Its greatest heading is ``h3``: it stands below headings of the page.

    Examples
    --------
    >>> str(safe_html("# Cars <b>![x](https://else.where/x.png)"))
    '<h3>Cars &lt;b&gt;!<a href="https://else.where/x.png" rel="noopener noreferrer">x</a></h3>\n'
    """
    tokens = _markdown().parse(visible(text.replace("\r\n", "\n").replace("\r", "\n")))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + 2)}"
    markdown = _markdown()
    written = markdown.renderer.render(tokens, markdown.options, {})
    clean = nh3.clean(
        written,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(_ADDRESSES),
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - what nh3 has just cleaned


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    return markdown.enable(["table", "strikethrough"]).disable(
        ["image", "html_block", "html_inline"]
    )
