"""A rule's advice as pieces of text that a page can set: headings, paragraphs, code."""

import re
from dataclasses import dataclass

from assay.formats import RULES
from assay.validation import VALIDATION_RULES

#: Advice is Markdown of our own making: headings, paragraphs, code and links to other rules.
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Words:
    """A stretch of text; code is set in the face of code."""

    text: str
    code: bool = False


@dataclass(frozen=True)
class Chapter:
    """Paragraphs under one heading; the first chapter of an advice has none."""

    title: str
    paragraphs: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Advice:
    """What a rule says of itself."""

    summary: str
    chapters: tuple[Chapter, ...]


def advice_of(rule: str) -> Advice | None:
    """Return the advice of a rule, or None where another package took its rule away."""
    for spec in (*VALIDATION_RULES, *RULES):
        if spec.name == rule:
            return Advice(spec.summary, chapters_of(spec.advice))
    return None


def chapters_of(markdown: str) -> tuple[Chapter, ...]:
    r"""Cut advice into chapters.

    Examples
    --------
    >>> first, second = chapters_of("Why.\n\n## What to do\n\nSet `width_px`.")
    >>> second.title
    'What to do'
    >>> [words.text for words in second.paragraphs[0] if words.code]
    ['width_px']
    """
    chapters = []
    for part in re.split(r"^## ", "\n" + markdown, flags=re.MULTILINE):
        title, _, body = part.partition("\n")
        paragraphs = (block.strip() for block in re.split(r"\n\s*\n", body))
        chapters.append(Chapter(title.strip(), tuple(map(_words, filter(None, paragraphs)))))
    return tuple(chapter for chapter in chapters if chapter.title or chapter.paragraphs)


def _words(paragraph: str) -> tuple[Words, ...]:
    plain = _LINK.sub(r"\1", " ".join(paragraph.split())).replace("*", "")
    return tuple(
        Words(text, code=place % 2 == 1) for place, text in enumerate(plain.split("`")) if text
    )
