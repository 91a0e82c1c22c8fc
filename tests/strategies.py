"""Documents made for property tests: a grammar of what scraped pages hold, as nasty as it gets, and repeated.

A document is drawn as a list of moves. A move adds one thing of the grammar or plays an earlier stretch again, so
that runs, chains and templates come up often.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from grammar import (
    ASKING,
    FAMILIES,
    INVISIBLE,
    OTHERS,
    PROSE,
    SHORT,
    SWAPPED_IN,
    TEMPLATES,
    VERSE,
    changed,
)
from hypothesis import strategies as st

from dedupe.model import Document

_NEAR = st.builds(changed, st.sampled_from(PROSE[:2]), st.integers(0, 45), st.sampled_from(SWAPPED_IN))
_FAMILY_MEMBERS = st.integers(0, len(PROSE) - 1).flatmap(lambda number: st.sampled_from(FAMILIES[number]))
PARAGRAPHS = st.one_of(
    st.sampled_from(FAMILIES[0]),
    st.sampled_from(FAMILIES[1] + FAMILIES[4]),
    st.sampled_from(SHORT + VERSE),
    _FAMILY_MEMBERS,
    st.sampled_from([text for kind in OTHERS for text in kind]),
    st.sampled_from(TEMPLATES),
    _NEAR,
)
"""One paragraph of the grammar (several lines where it is hard-wrapped)."""

GAPS = ("\n", "\n\n", "\n", "\n", "\n\n\n", "\n \t\n")
NASTY_GAPS = (
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\r\n\r\n",
    "\r\r",
    "\n\r",
    "\r\n\n",
    "\n\x85\n",
    "\n\u2028\n",
    "\n\u3000\n",
    "\n\x0c\n",
)

Move = tuple[str, str] | tuple[int, int, str]


@st.composite
def texts(draw: st.DrawFn, *, gaps: Sequence[str] = GAPS, max_moves: int = 12) -> str:
    """The text of a page: paragraphs of the grammar, and stretches of it played again."""
    usual = draw(st.sampled_from(gaps))
    gap = st.one_of(st.just(usual), st.just(usual), st.sampled_from(gaps))
    addition = st.tuples(PARAGRAPHS, gap)
    replay = st.tuples(st.integers(0, 9), st.integers(1, 4), gap)
    moves: list[Move] = draw(st.lists(st.one_of(addition, addition, replay), max_size=max_moves))
    pieces: list[tuple[str, str]] = []
    for move in moves:
        if len(move) == 2:
            pieces.append(move)
        else:
            start, length, between = move
            pieces += [(paragraph, between) for paragraph, _ in pieces[start : start + length]]
    head = draw(st.sampled_from(("", "", "\n", " \n\n", "\ufeff")))
    text = head + "".join(paragraph + between for paragraph, between in pieces)
    return text.rstrip("\r\n") if draw(st.booleans()) else text


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A text of the grammar in which, here and there, an invisible or forbidden character stands."""
    text = draw(texts(gaps=NASTY_GAPS))
    for character, place in draw(
        st.lists(st.tuples(st.sampled_from(INVISIBLE), st.integers(0, 2000)), max_size=3)
    ):
        text = text[:place] + character + text[place:]
    return text


@st.composite
def corpora(draw: st.DrawFn, *, most: int = 3) -> list[Document]:
    """Documents of the grammar, in two groups at most."""
    contents = draw(st.lists(texts(max_moves=7), min_size=1, max_size=most))
    return [
        Document(f"{'ab'[number % 2]}/{number}.txt", text, "ab"[number % 2])
        for number, text in enumerate(contents)
    ]


FRAGMENTS = (
    "the harbour office said on Monday that the ferry will not run",
    "and the people stand in a long line before the shop",
    "because of the storm that has closed the bay",
    "a baker in the town makes loaves of barley",
    "the storm was fierce and cold.",
    "where the long road goes down to the sea",
    "Yes",
    "What would you do as mayor for the lower town?",
    "Olsen won 3 to 1 against the guests from Nordvik",
    "Advertisement",
    "港口办公室星期一表示由于暴风雨渡轮",
    "#fff",
    "7",
)


@st.composite
def mosaics(draw: st.DrawFn) -> str:
    """A page whose paragraphs are put together from few fragments: each is part of others, near others, or both."""
    pool = draw(st.lists(st.sampled_from(FRAGMENTS), min_size=2, max_size=5, unique=True))
    made = st.lists(st.sampled_from(pool), min_size=1, max_size=5).map(" ".join)
    paragraphs = draw(st.lists(made, min_size=1, max_size=4))
    touched = st.builds(changed, st.sampled_from(paragraphs), st.integers(0, 30), st.sampled_from(SWAPPED_IN))
    one = st.one_of(st.sampled_from(paragraphs), st.sampled_from(paragraphs), touched)
    page = draw(st.lists(one, min_size=1, max_size=14))
    width = draw(st.sampled_from((0, 0, 0, 54, 64)))
    if width:
        return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in page) + "\n"
    return draw(st.sampled_from(("\n", "\n\n", "\r\n", "\r"))).join(page)


_OF_A_RUN = (SHORT[0], PROSE[0], PROSE[1], SHORT[2], FAMILIES[1][1], FAMILIES[0][1], PROSE[4], ASKING[0])


@st.composite
def runs(draw: st.DrawFn) -> str:
    """A page of very few paragraphs, short and long, near and equal, in any order: runs begin and end everywhere."""
    most = draw(st.integers(2, len(_OF_A_RUN)))
    page = draw(st.lists(st.sampled_from(_OF_A_RUN[:most]), min_size=4, max_size=18))
    return "\n".join(page) + draw(st.sampled_from(("\n", "")))


ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "gb18030",
    "iso2022_jp",
    "shift_jis",
    "koi8-r",
)
_RUBBISH = st.one_of(
    st.binary(max_size=3),
    st.sampled_from([b"\x00", b"\xff", b"\xc3", b"\n", b"\r", b"\x0a\x0d", b"\x1b$B", b"\x1b(B"]),
)


@st.composite
def raw_pages(draw: st.DrawFn) -> bytes:
    """The bytes of a page in any encoding, with rubbish put in here and there; or any bytes at all."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.binary(max_size=200))
    codec = draw(st.sampled_from(ENCODINGS))
    raw = draw(pages()).encode(codec, "replace")
    if codec == "utf-16-be" and draw(st.booleans()):
        raw = b"\xfe\xff" + raw
    for rubbish, place in draw(st.lists(st.tuples(_RUBBISH, st.integers(0, 3000)), max_size=3)):
        raw = raw[:place] + rubbish + raw[place:]
    return raw


@st.composite
def chains(draw: st.DrawFn) -> list[str]:
    """Paragraphs of which each is near to the one before and, further on, no more near to the first."""
    length = draw(st.integers(2, 50))
    words = [f"{first}{second}" for first in ("mo", "ta", "li", "ke", "su", "ro") for second in WORD_ENDS]
    chain = [words[:40]]
    for step in range(1, length):
        place = draw(st.integers(0, 38))
        chain.append([*chain[-1][:place], words[40 + step % 60], *chain[-1][place + 1 :]])
    return [" ".join(link) for link in chain]


WORD_ENDS = tuple(f"{vowel}{consonant}" for vowel in "aeiou" for consonant in ("lb", "rk", "nd", "sp"))


SCRIPT_PIECES = (
    *(
        "a",
        "B",
        "z",
        "0",
        "9",
        "1,000",
        "3.5",
        "the",
        "No",
        "foo.bar",
        "don't",
        "e-mail",
        "x--y",
        "5-a",
        "1'000",
    ),
    *(
        "'",
        "-",
        "--",
        "---",
        "$",
        "%",
        "\u2030",
        "+",
        "=",
        "<",
        ">",
        "#",
        "&",
        "!",
        "!=",
        "==",
        ".",
        ",",
        "^",
        "_",
    ),
    *("|", "~", "`", "*", ":", "?", ";", ")", "]", '"', "# ", "####### "),
    *(
        "\u00b2",
        "\u00bd",
        "\u2460",
        "\u2167",
        "\u00e9",
        "\u00c9",
        "\u00df",
        "\u0149",
        "\ufb01",
        "e\u0301",
        "\u0301",
    ),
    *("\u0323", "\u0345", "\u044f", "\u03a9", "\u03c2", "\u0130", "\u0131", "\u1e9e", "\ufdfa", "\U0001d15e"),
    *(
        "\u6f22",
        "\u30ab",
        "\uff76\uff9e",
        "\u3099",
        "\u304b\u3099",
        "\ud55c",
        "\u1100\u1161",
        "\u0e44",
        "\u0e31",
    ),
    *(
        "\u093e",
        "\u0928",
        "\u093c",
        "\u093f",
        "\u094d",
        "\u0639",
        "\u064e",
        "\u066b",
        "\u0663",
        "\u0f71\u0f72",
    ),
    *(
        "\u200b",
        "\u00ad",
        "\u2019",
        "\u2018",
        "\u201c",
        "\u201d",
        "\u201e",
        "\u00ab",
        "\u00bb",
        "\u2013",
        "\u2014",
    ),
    *(
        "\u20ac",
        "\u00a3 ",
        "\u20b9",
        "\U0001f600",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\U0001d7d8",
        "\ufffd",
    ),
    *(
        "\uff1a",
        "\uff1f",
        "\u3002",
        "\u2026",
        "\u061f",
        "\u0964",
        "\u2022",
        "\u25a0 ",
        "> ",
        ">> ",
        "\x00",
        "\x1c",
    ),
    *("\t", " ", "  ", "\n", "\r\n", "\r", "\n\n", "\u2028", "\x85", "\x0c", "\xa0", "\u3000"),
)
"""What the kernels have to see as Python does: marks inside words and between them, and characters of every kind."""


@st.composite
def texts_of_every_script(draw: st.DrawFn, *, surrogates: bool = False) -> str:
    """A text of pieces from all scripts, joined with and without spaces, or lines about as wide as a page."""
    pieces = (*SCRIPT_PIECES, "\udc80", "\udcff") if surrogates else SCRIPT_PIECES
    if draw(st.integers(0, 5)) == 0:
        words = st.lists(
            st.sampled_from(("the", "ferry", "to", "\u6771\u4eac", "x,", "no.")), min_size=8, max_size=22
        )
        lines = draw(st.lists(st.tuples(words, st.integers(40, 90)), min_size=3, max_size=30))
        return "\n".join(" ".join(line)[:width] for line, width in lines)
    chosen = draw(st.lists(st.one_of(st.sampled_from(pieces), st.characters(codec="utf-8")), max_size=60))
    return draw(st.sampled_from(("", " "))).join(chosen)


_EDITS = ("word", "words", "drop", "insert", "append", "prepend", "split", "join", "upper", "repeat", "same")


@st.composite
def editions(draw: st.DrawFn, *, most: int = 7) -> list[Document]:
    """Documents of lines, each made anew from the words of a few or an edition of one before: near and nearer."""
    made: list[list[str]] = []
    for _ in range(draw(st.integers(2, most))):
        if not made or draw(st.integers(0, 3)) == 0:
            start, length = draw(st.integers(0, 30)), draw(st.integers(8, 70))
            made.append([" ".join(f"w{number}" for number in range(start, start + length))])
            continue
        lines = draw(st.sampled_from(made))
        for edit, place, size in draw(
            st.lists(
                st.tuples(st.sampled_from(_EDITS), st.integers(0, 90), st.integers(1, 12)),
                min_size=1,
                max_size=3,
            )
        ):
            lines = _edited(lines, edit, place, size)
        made.append(lines)
    return [
        Document(f"{number}.txt", "".join(f"{line}\n" for line in lines)) for number, lines in enumerate(made)
    ]


def _edited(lines: list[str], edit: str, place: int, size: int) -> list[str]:
    """Return the lines of a document with something changed in the line at `place`, counted round."""
    place %= len(lines)
    words = lines[place].split(" ")
    middle = (place + 7 * size) % len(words)
    changed = {
        "word": [*words[:middle], f"x{size}", *words[middle + 1 :]],
        "words": [f"y{size}" if number % 17 == size else word for number, word in enumerate(words)],
        "drop": words[:middle] + words[middle + size :],
        "insert": [*words[:middle], *(f"z{number}" for number in range(size)), *words[middle:]],
        "append": [*words, *(f"a{number}" for number in range(2 * size))],
        "prepend": [*(f"b{number}" for number in range(2 * size)), *words],
        "split": [*words[:middle], "\n", *words[middle:]],
        "upper": [word.upper() for word in words],
        "repeat": words + words[middle:],
    }.get(edit, words)
    pieces = [piece.strip(" ") for piece in " ".join(changed).split("\n")]
    pieces = [*lines[:place], *pieces, *lines[place + 1 :]]
    return [" ".join(pieces)] if edit == "join" else pieces
