#!/usr/bin/env python3
"""Turns CHANGELOG.md (stdin) into debian/changelog: packaging/changelog.py VERSION. The time is SOURCE_DATE_EPOCH."""
import email.utils
import os
import sys
import textwrap

MAINTAINER = "The ApiLb authors <apilb@example.org>"


def entry(version, changes):
    date = email.utils.formatdate(int(os.environ["SOURCE_DATE_EPOCH"]))
    lines = [f"apilb ({version}) unstable; urgency=medium", ""]
    for change in changes:
        lines += textwrap.wrap(change, 76, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)
    return "\n".join([*lines, "", f" -- {MAINTAINER}  {date}", ""])


def newest(markdown):
    """The list under the first heading: the changes since the release before."""
    section = markdown.split("\n## ")[1]
    return [line[2:].replace("`", "") for line in section.splitlines() if line.startswith("- ")]


print(entry(sys.argv[1], newest(sys.stdin.read())))
