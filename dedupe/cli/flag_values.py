"""The values of flags: from text and from TOML, checked, and back to TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.cli.sizes import NO_LIMIT, bytes_of, factor_of, seconds_of
from dedupe.errors import ConfigurationError
from dedupe.reports.sanitizing import visible

if TYPE_CHECKING:
    from dedupe.cli.flags import Flag, Value

MAX_JOBS = 1024
MAX_COUNT = 10**15
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_EXPECTED = {
    "switch": "true or false",
    "number": "a number",
    "jobs": f"a whole number from 1 to {MAX_JOBS:,}, or auto",
    "size": "a size such as 500M or 2G, or none",
    "count": "a whole number",
    "share": "a per cent from 0 to 100",
    "factor": "a number of times such as 200x, or none",
    "time": "a time such as 10s or 2m, or none",
    "limits": "a table of whole numbers by rule, such as { DUP101 = 0, BPL = 50 }",
    "word": "a text",
    "codes": "a list of rule codes",
    "words": "a list of texts",
    "texts": "a list of texts",
    "path": "a text",
}


def parsed(flag: Flag, text: str) -> Value:
    """Return the value that `text` means for the flag; lists are joined by commas."""
    if flag.kind == "switch" and text.lower() in _TRUE + _FALSE:
        return text.lower() in _TRUE
    if flag.kind == "number":
        try:
            return float(text)
        except ValueError:
            raise _wrong(flag, text) from None
    if flag.kind == "limits":
        return checked(flag, _pairs(flag, text))
    if flag.kind == "texts":
        return checked(flag, [line for line in text.splitlines() if line.strip()])
    if flag.is_repeatable:
        if parts := tuple(part.strip() for part in text.split(",") if part.strip()):
            return checked(flag, list(parts))
        raise _wrong(flag, text)  # an empty variable in a script must not mean "no rule at all"
    return checked(flag, text)


def checked(flag: Flag, value: object) -> Value:
    """Return a value from TOML as the flag's own type.

    Raises ConfigurationError, one line, where it does not fit.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match flag.kind:
        case "switch" if isinstance(value, bool):
            return value
        case "number" if is_number and isinstance(value, int | float):
            return float(value)
        case "jobs" if value == "auto" or _is_number_of_jobs(str(value)):
            return str(value)
        case "size" if value == NO_LIMIT or _is_size(value):
            return str(value)
        case "factor" if value == NO_LIMIT or factor_of(str(value)):
            return str(value)
        case "time" if value == NO_LIMIT or seconds_of(str(value)):
            return str(value)
        case "count" if value == "" or _is_count(value):
            return str(value) and str(int(str(value)))
        case "share" if value == "" or _per_cent(value) is not None:
            return "" if value == "" else f"{_per_cent(value):g}"
        case "limits" if isinstance(value, dict) and all(_is_count(limit) for limit in value.values()):
            return tuple(f"{rule}={int(limit)}" for rule, limit in value.items())
        case "codes" | "words" | "texts" if isinstance(value, list) and all(
            isinstance(item, str) for item in value
        ):
            return tuple(_chosen(flag, item) for item in value)
        case "word" | "path" if isinstance(value, str):
            return _chosen(flag, value)
    raise _wrong(flag, value)


def per_cent(value: str) -> float | None:
    """Return the number of a checked share, None where none was given."""
    return float(value) if value else None


def _chosen(flag: Flag, word: str) -> str:
    if flag.choices and word not in flag.choices:
        near = did_you_mean(word, flag.choices)
        raise ConfigurationError(f"{flag.key}: {word!r} is not one of {', '.join(flag.choices)}{near}")
    return word


def _is_count(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_COUNT)) and int(text) <= MAX_COUNT


def _per_cent(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(str(value).removesuffix("%"))
    except ValueError:
        return None
    return number if 0 <= number <= 100 else None


def _pairs(flag: Flag, text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    limits = {rule.strip(): limit.strip() for rule, _, limit in pairs}
    if not pairs or not all(map(_is_count, limits.values())):
        raise ConfigurationError(
            f"{flag.key}: expected whole numbers by rule, such as DUP101=0,BPL=50, got {visible(repr(text))}"
        )
    return limits


def _is_number_of_jobs(text: str) -> bool:
    return text.isdecimal() and len(text) <= len(str(MAX_JOBS)) and 1 <= int(text) <= MAX_JOBS


def _is_size(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and bytes_of(str(value)) is not None


def did_you_mean(word: str, candidates: tuple[str, ...] | list[str]) -> str:
    """Return the end of a message about an unknown word: the nearest known one, or where all are shown."""
    from dedupe.cli.hints import did_you_mean

    return did_you_mean(word, candidates)


def _wrong(flag: Flag, value: object) -> ConfigurationError:
    return ConfigurationError(f"{flag.key}: expected {_EXPECTED[flag.kind]}, got {visible(repr(value))}")


def as_toml(flag: Flag, value: Value) -> str:
    """Return the value as TOML; one that is not set as what stands for it."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case tuple() if flag.kind == "limits":
            pairs = (text.rpartition("=") for text in value)
            return (
                "{"
                + ", ".join(f" {toml_text(rule)} = {limit}" for rule, _, limit in pairs)
                + (" }" if value else "}")
            )
        case str() if value and flag.kind in ("count", "share"):
            return value
        case str():
            return toml_text(value)
        case tuple():
            return f"[{', '.join(map(toml_text, value))}]"


def toml_text(text: str) -> str:
    """Return text as a basic string of TOML, which knows no halves of characters: lone surrogates become U+FFFD."""
    import json

    plain = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")
