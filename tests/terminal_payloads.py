"""What could act on a terminal, in as many ways as terminals know, and what rich takes for markup."""

from __future__ import annotations

ESC, BEL, ST, CSI_C1, OSC_C1, DCS_C1, ST_C1 = "\x1b", "\x07", "\x1b\\", "\x9b", "\x9d", "\x90", "\x9c"

_CSI = (
    "2J", "H", "31m", "0m", "1A", "10;10H", "K", "?25l", "?1049h", "6n", "5n", "c", ">c", "?1000h", "?2004h", "s", "u",
    "3J", "1;5r", "r", "L", "M", "P", "@", "X", "S", "T", "8m", "7m", "38;5;196m", "48;2;1;2;3m", "!p", "?3h", "20h",
    "4h", "b", "Z", "g", "i", "5i", "21t", "14t", "18t", "20t", "q", " q", "2 q", "?u", ">1u",
)  # fmt: skip
_OSC = (
    "0;title", "1;icon", "2;title", "4;1;?", "7;file://host/", "8;;http://example.org", "8;id=1;http://example.org",
    "9;notify", "10;?", "11;?", "12;red", "50;font", "52;c;aGk=", "52;p;?", "104", "110", "112", "133;A", "633;E;ls",
    "777;notify;a;b", "1337;File=inline=1:AAAA", "1337;SetUserVar=x=eQ==", "5522;x", "99;;hi", "22;pointer",
)  # fmt: skip
_ESCAPES = (
    "c",
    "7",
    "8",
    "D",
    "E",
    "H",
    "M",
    "N",
    "O",
    "Z",
    "=",
    ">",
    "(0",
    ")B",
    "#8",
    "%G",
    "n",
    "o",
    "|",
    "}",
    "~",
    " F",
    "l",
)
_STRINGS = ('P$q"p', "P+q544e", "_Gf=24,a=T;AAAA", "^private", "Xstring", "P1$r", "PtmuxX", "k title")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN = "\u200b\u2028\u2029\u2060\u2061\u2062\u2063\u2064\u206a\u206f\ufeff\ufff9\ufffa\ufffb"
_TAGS = tuple(chr(codepoint) for codepoint in (0xE0001, 0xE0020, 0xE0041, 0xE005A, 0xE007F, 0xE0100, 0xE01EF))

CONTROLS = tuple(
    dict.fromkeys(
        (
            *(f"a{chr(code)}b" for code in (*range(0x01, 0x09), *range(0x0E, 0x20), 0x0B, 0x0C, *range(0x7F, 0xA0))),
            *(f"{ESC}[{rest}x" for rest in _CSI),
            *(f"{CSI_C1}{rest}x" for rest in _CSI),
            *(f"{ESC}]{rest}{end}x" for rest in _OSC for end in (BEL, ST)),
            *(f"{OSC_C1}{rest}{ST_C1}x" for rest in _OSC),
            *(f"{ESC}{rest}x" for rest in _ESCAPES),
            *(f"{ESC}{rest}{ST}x" for rest in _STRINGS),
            *(f"{DCS_C1}{rest[1:]}{ST_C1}x" for rest in _STRINGS),
            *(f"a{character}b" for character in _BIDI + _HIDDEN),
            *(f"a{tag}b" for tag in _TAGS),
            "a\x08\x08\x08\x08over", "over\rwritten",
            f"{ESC}{ESC}[31mx", f"{ESC}[31", f"{ESC}", f"{ESC}[" + "1;" * 200 + "m",
        )
    )
)  # fmt: skip
"""More than 300 of them."""

MARKUP = tuple(
    dict.fromkeys(
        (
            *(f"[{name}]x[/{name}]" for name in (
                "red", "bold", "b", "i", "u", "s", "blink", "reverse", "dim", "link=http://example.org", "on blue",
                "#ff0000", "rgb(1,2,3)", "color(5)", "not bold", "none", "bold red on white", "@click=app.quit", "/x",
            )),
            *(f":{name}:" for name in ("smile", "warning", "skull", "+1", "-1", "heart", "x", "100", "e-mail")),
            *(f"[/{name}]" for name in ("", "wiki/Foo", "red", "bold", "x]y", "[", "b")),
            *(f"[{name}" for name in ("bold", "red", "/", "[", "link=", "")),
            *(f"{name}]" for name in ("bold", "/", "]", "")),
            *(f"\\[{name}]" for name in ("red", "/x", "bold", "", "\\")),
            *(f"{{{name}}}" for name in ("0", "x", "y", "task.description", "!r", "")),
            *(f"%{name}" for name in ("s", "d", "(x)s", "%", "n")),
            *(f"[{number}]" for number in range(12)),
            *(f"[{a}]{b}[/]" for a in ("red", "bold", "x") for b in (":smile:", "[", "]", "\\", "[/]", "y z")),
            "[[red]]", "[red][/blue]", "a[/x]b",
            "[/][/][/]", "[red]]", "[[/red]", "[=]", "[ ]", "[.]", "[?]", "[*]", "[~]",
        )
    )
)  # fmt: skip
"""A hundred of them."""
