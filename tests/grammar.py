"""The paragraphs that made documents consist of: what scraped pages hold, as nasty as it gets.

Every text here was written for these tests.
"""

from __future__ import annotations

import textwrap

PROSE = (
    (
        "The harbour office in Eastmere said on Monday that the ferry will not leave the northern quay this "
        "week because of the heavy storm that has closed the bay to small boats and kept the fishermen in the"
        " taverns by the old wall."
    ),
    (
        "A baker in the upper town has begun to make loaves from barley, wheat and the dark rye that farmers "
        "on the far bank of the river grow, and people stand in a long line in front of the shop before the "
        "sun is up."
    ),
    (
        "Nobody knows how the painting came to the attic of the school, but the teacher who found it under a "
        "heap of maps thinks that a sailor left it there when the building was still an inn for travellers "
        "from the coast."
    ),
    (
        "Council members voted after midnight to pay for a bridge of stone, though engineers had warned that "
        "the ground beside the river is soft and that the work could take a good deal longer than the plans "
        "in the archive say."
    ),
    (
        "the trees along the road were planted by the children of the village when the railway came and the "
        "last of them fell in the wind of that winter so that the road lay bare and the birds went to the "
        "gardens near the church"
    ),
)
SWAPS = (
    # what makes two paragraphs near, and whether it may: a plain word, a decisive one, a number, a name, an insertion
    ((" heavy ", " fierce "), (" the ", " that ")),
    ((" long ", " quiet "), (" will not ", " will ")),
    ((" heap ", " pile "), (" but ", " and 17 ")),
    ((" stone", " timber"), ("midnight", "Petersen")),
    ((" bare ", " empty "), (" near ", " right near ")),
)
KNOWN = (
    "Sign up for our free weekly newsletter",
    "Advertisement",
    "Share this article",
    "We use cookies so that pages load faster for you.",
    "All rights reserved.",
    (
        "The Lantern has no owner and no advertisers. We are a reader-supported newsroom, and we can only go "
        "on reporting from the valley with your help. If you are able to, please give $5 today. Thank you for"
        " standing with us."
    ),
)
DEBRIS = (
    "#fff",
    "#c0ffee",
    "rgb(10, 20, 30)",
    "\u00e2\u20ac\u2122",
    "\u00c2\u00a0",
    "7",
    "42",
    "1,204",
    "|",
    "\u2022",
    "\u00bb",
    '"',
)
SHORT = (
    "Yes.",
    "STATUS mandatory",
    "Harbour notes",
    "Photo: A. Miller",
    "1.",
    "No",
    "The ferry will not leave",
    "2-1",
)
MARKDOWN = (
    "---",
    "```",
    "| a | b |",
    "|---|---|",
    "- one thing",
    "# Harbour notes",
    "> the ferry will not leave",
    "* * *",
)
ASKING = (
    "What would you do as mayor for the people in the lower town who cannot pay their rent?",
    "These are the rules that every guest of the house is asked to read before dinner is served in the hall:",
)
VERSE = (
    "where the long road goes down to the sea and the sea goes on",
    "and the grey gulls are over the harbour wall",
    "and the boats are out on the water, and the night is a long one too,",
    "O the wind in the masts",
)
TEMPLATE = (
    "Our guide to the {} valley lists the inns, the paths and the shops where walkers can rest, and tells which of the "
    "farms along the way sell cheese and bread to those who knock before noon."
)
SLOTS = ("quiet", "narrow", "green", "upper", "lower", "1506", "Nordvik", "quiet and green")
UNSPACED = (
    "港口办公室星期一表示由于暴风雨渡轮本周不会离开北码头小船也不能出海。",
    "面包师傅用大麦和小麦做面包天还没亮人们就在店门口排起了长队等着。",
    "港の事務所は月曜日に、嵐のため今週はフェリーが出航しないと発表しました。",
    "เรือข้ามฟากจะไม่ออกจากท่าเรือในสัปดาห์นี้เพราะพายุ",
)
OTHER_SCRIPTS = (
    "Портовая служба сообщила в понедельник, что паром на этой неделе не выйдет из бухты из-за сильного шторма.",
    "قال مكتب الميناء يوم الاثنين إن العبارة لن تغادر الرصيف الشمالي هذا الأسبوع بسبب العاصفة القوية في الخليج",
)
INVISIBLE = (
    "\u200b",
    "\u00ad",
    "\u2060",
    "\u0301",
    "\x00",
    "\x0b",
    "\x0c",
    "\x85",
    "\u2028",
    "\x1b$B",
    "\u202e",
    "\ufeff",
)


def _family(number: int) -> tuple[str, ...]:
    """Return a paragraph, then what is equal to it to a reader, near it, part of it, or more than it."""
    prose = PROSE[number]
    words = prose.split()
    (plain, other_plain), (decisive, other_decisive) = SWAPS[number]
    near = prose.replace(plain, other_plain, 1)
    third = len(words) // 3
    return (
        prose,
        near,
        prose.replace(decisive, other_decisive, 1),
        " ".join(words[:third]),
        " ".join(words[third:]),
        f"{prose} {PROSE[(number + 1) % len(PROSE)]}",
        prose.upper(),
        f"\u201c{prose.replace(' ', '  ', 3)}\u201d",
        prose.replace(" ", "\u00a0\u200b", 2),
        near.replace(" and ", " and also ", 1),
        " ".join([*words[: 2 * third], "indeed", *words[2 * third :]]),
        " ".join([*words[third:], *words[:third]]),
        f"{words[0]} {prose}",
        f"{prose} {prose}",
        f"{SHORT[number]} {prose}",
        f"{prose} {ASKING[0]}",
        f"{prose} {PROSE[(number + 1) % len(PROSE)]}".replace(decisive, other_decisive, 1),
    )


FAMILIES = tuple(_family(number) for number in range(len(PROSE)))
WRAPPED = tuple(
    textwrap.fill(paragraph, width)
    for width in (64, 52, 30)
    for paragraph in (*PROSE, f"{PROSE[0]} {PROSE[1]}")
)
TEMPLATES = tuple(TEMPLATE.format(slot) for slot in SLOTS)
OTHERS = (KNOWN, DEBRIS, SHORT, MARKDOWN, ASKING, VERSE, TEMPLATES, UNSPACED, OTHER_SCRIPTS, WRAPPED)

SWAPPED_IN = ("indeed", "gently", "that", "those", "some", "not", "9", "Olsen", "", "and and")


def changed(prose: str, place: int, word: str) -> str:
    """Return `prose` with another word (none for `""`) in a place."""
    words = prose.split()
    place %= len(words)
    return " ".join([*words[:place], *([word] if word else []), *words[place + 1 :]])
