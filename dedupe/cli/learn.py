"""`dedupe learn`: gather what a site puts on its pages into a profile, for single pages and pipes."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedupe.cli.beginnings import current_folder, warn_about_inputs
from dedupe.cli.configuration import effective
from dedupe.cli.console import Console
from dedupe.cli.gathering import Gathered, gather, refuse_dangerous_outputs
from dedupe.cli.options import GroupedCommand, complete_path, flags, given, refuse_empty
from dedupe.cli.output import flush_out, write_out
from dedupe.cli.profile_files import claims_to_be_profile, read_profile
from dedupe.cli.request import Request, keep_texts, shared_fields
from dedupe.cli.runs import content_spool, opened_documents, tell_failures
from dedupe.cli.summary import Tally, failure_message, quoted
from dedupe.cli.verdict import DEBUG_KEY, Verdict
from dedupe.errors import InputUnreadable, UsageError
from dedupe.reading import read_text
from dedupe.reports.layout import Span
from dedupe.reports.sanitizing import visible
from dedupe.reports.wording import counted

if TYPE_CHECKING:
    from dedupe.cli.configuration import Effective
    from dedupe.learned import Profile

FLAGS = (
    *("format", "text-field", "url-field", "encoding"),
    *("include", "exclude", "files-from", "null", "hidden", "follow-symlinks"),
    *("paragraphs", "group-by", "keep-file", "jobs", "on-error", "tmp-dir"),
    *("max-document-bytes", "max-line-bytes", "max-expand", "document-timeout"),
    *("color", "progress", "quiet", "verbose", "debug", "config", "isolated"),
)
NAMELESS_SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRequest(Request):
    """What `dedupe learn` was asked to do.

    `profiles` are those among the paths, to which what is learned is added; `out` is None for standard output, `keep`
    are paragraphs that the profile is to keep.
    """

    profiles: tuple[Path, ...]
    out: Path | None
    keep: tuple[str, ...]

    @classmethod
    def of(cls, paths: tuple[str, ...], out: str | None, settings: Effective) -> LearnRequest:
        """Return the request that paths, output and effective settings make; raises UsageError where they cannot."""
        if not paths and not settings.text("files-from"):
            raise click.UsageError("nothing to learn from; name a folder of pages of a site, or profiles")
        if "-" in paths:
            raise click.UsageError(
                "- (standard input) is one page, and a site is learned from several; name a PATH"
            )
        # What is learned does not hang on a profile, and the one that the configuration names may not be there yet.
        settings = replace(settings, values={**settings.values, "profile": ()})
        profiles = tuple(Path(path) for path in paths if claims_to_be_profile(Path(path)))
        pages = tuple(path for path in paths if Path(path) not in profiles)
        fields: dict[str, Any] = shared_fields(pages, settings)
        if not pages and not settings.text("files-from"):
            fields["inputs"] = replace(fields["inputs"], stdin=False)
        return cls(
            **fields, profiles=profiles, out=Path(out) if out else None, keep=tuple(keep_texts(settings))
        )


@click.command(cls=GroupedCommand, short_help="Learn a site's boilerplate, for single pages and pipes.")
@click.argument("paths", nargs=-1, metavar="PATH…", callback=refuse_empty, shell_complete=complete_path)
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    callback=refuse_empty,
    help="Write the profile to this file instead of stdout; it is replaced.",
)
@flags(*FLAGS)
@click.pass_context
def learn(ctx: click.Context, /, paths: tuple[str, ...], output: str | None, **_: object) -> Verdict:
    """Gather what a site puts on its pages into a profile, which clean and check take with --profile.

    PATH is a folder of pages: each folder in it is a site, or itself if it holds none. Of records, the host of their
    URL is the site. A PATH that is a profile is added to what is learned, so that profiles are merged and grow.
    """
    settings = effective(given(ctx), environment=os.environ, folder=current_folder())
    if settings.switch("debug"):
        ctx.meta[DEBUG_KEY] = True
    request = LearnRequest.of(paths, output, settings)
    return execute(request, Console(colour=request.talk.color, quiet=request.talk.quiet))


def execute(request: LearnRequest, console: Console) -> Verdict:
    """Do what the request says and tell of it on the console."""
    from dedupe.boilerplate.profiles import format_profile, merge_profiles

    known = [read_profile(path) for path in request.profiles]
    gathered = gather(request)
    if request.out is not None:
        refuse_dangerous_outputs([request.out], request, gathered)
    if gathered.sources or gathered.containers or not known:
        warn_about_inputs(request, gathered, console)
    learned, pages, tally = _learned(request, gathered, console)
    tell_failures(tally, console)
    profile = merge_profiles([*known, learned])
    if not profile.sites:
        raise UsageError(_nothing_learned(pages))
    content = format_profile(profile).encode()
    if request.out is None:
        write_out(content)
        flush_out()
    else:
        from dedupe.writing.atomic import AtomicFile

        with AtomicFile(request.out) as file:
            file.write(content)
            file.publish()
    _tell(request, profile, console)
    return Verdict(failures=tally.failed)


def _learned(request: LearnRequest, gathered: Gathered, console: Console) -> tuple[Profile, int, Tally]:
    """Return what was learned, from how many pages, and what could not be read."""
    from dedupe.boilerplate.profiles import profile_of
    from dedupe.learning import learn as learn_from

    progress = console.progress(request.talk.progress)
    with ExitStack() as stack:
        stack.callback(progress.end)
        spool = content_spool(request, gathered, stack)
        aside, sources, _ = opened_documents(request, gathered, progress, spool)
        learned, skipped = learn_from(
            sources,
            settings=request.settings,
            keep=request.keep,
            progress=progress,
            jobs=request.jobs,
            read=partial(read_text, bounds=request.bounds),
        )
    tally = Tally(keep_all=request.talk.verbose)
    for each in (*gathered.skipped, *aside, *skipped):
        if each.is_failure and request.stop_at_error:
            raise InputUnreadable(failure_message(each))
        tally.take(each)
    name = _name_of_nameless(request)
    sites = [replace(site, name=name) if site.name == "." else site for site in learned.sites]
    return profile_of(sites, learned.keep), len(sources) - len(skipped), tally


def _name_of_nameless(request: LearnRequest) -> str:
    """Return the name of the site whose pages lie directly in what was named."""
    folders = [path for path in request.inputs.paths if path.is_dir()]
    return (folders[0].resolve().name if len(folders) == 1 else "") or NAMELESS_SITE


def _nothing_learned(pages: int) -> str:
    if not pages:
        return "nothing was learned: no page was read; name a folder of pages of one site"
    if pages == 1:
        return "nothing was learned from 1 page; name several pages of one site"
    return (
        f"nothing was learned from {pages:,} pages: they have no line in common, or are copies of one page; "
        "name different pages of one site"
    )


def _tell(request: LearnRequest, profile: Profile, console: Console) -> None:
    sites, lines = len(profile.sites), sum(len(site.lines) for site in profile.sites)
    pages = sum(site.pages for site in profile.sites)
    said = f"{counted(sites, 'site')}, {counted(pages, 'page')}: {counted(lines, 'line')} learned"
    if profile.keep:
        said += f", {len(profile.keep):,} kept"
    console.say([(Span(said),)])
    if request.out is not None:
        console.say(
            [
                (Span(f"profile: {visible(str(request.out))}"),),
                (
                    Span("next: "),
                    Span(f"dedupe clean --profile {quoted(request.out)} < PAGE > CLEAN", "command"),
                ),
            ]
        )
