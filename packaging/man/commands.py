#!/usr/bin/env python3
"""Prints apilb.1, made of what the commands say about themselves: packaging/man/commands.py APILB VERSION"""
import re
import subprocess
import sys

import roff

INHERITED = ("-?, -h, --help", "--version")


def run_help(apilb, *command):
    return subprocess.run([apilb, *command, "--help"], check=True, capture_output=True, text=True).stdout


def overview(apilb):
    """What apilb --help says: the line about the program, and the names of its commands."""
    description, _, rest = run_help(apilb).partition("\n\nUsage: ")
    names = re.findall(r"^  (\S+)  ", rest, flags=re.MULTILINE)
    if not rest or not names:
        sys.exit("commands.py: apilb --help has no line \"Usage: ...\" with commands below it")
    return description, names


def help_of(apilb, *command):
    """The sections of a command's --help: {'Options': [(term, text), ...], 'Description': 'text', ...}."""
    text = run_help(apilb, *command)
    parts = re.split(r"^(\w+):\n", text, flags=re.MULTILINE)[1:]
    return {name: lines(body) if name in ("Options", "Arguments", "Commands") else prose(body) for name, body in zip(parts[::2], parts[1::2])}


def prose(body):
    return "\n".join(line.strip() for line in body.strip().splitlines())


def lines(body):
    """Terms stand in column 2; what is indented further continues the text of the term above it."""
    found = []
    for line in body.rstrip().splitlines():
        if re.match(r"  \S", line):
            term, _, text = line.strip().partition("  ")
            found.append([term, text.strip()])
        elif line.strip():
            found[-1][1] += "\n" + line.strip()
    return found


def command_page(apilb, *command):
    sections = help_of(apilb, *command)
    yield roff.subheading(" ".join(sections["Usage"].split()[1:]))
    for text in sections["Description"].splitlines():
        if text:
            yield roff.paragraph(text)
    for term, text in [*sections.get("Arguments", []), *sections.get("Options", [])]:
        if term not in INHERITED:
            yield roff.item(term, text)
    for name, _ in sections.get("Commands", []):
        yield from command_page(apilb, *command, name.split()[0])


def page(apilb, version):
    description, commands = overview(apilb)
    yield roff.title("APILB", 1, version)
    yield roff.heading("NAME")
    yield "apilb \\- load balancer for Kubernetes API servers"
    yield roff.heading("SYNOPSIS")
    yield ".B apilb\n.I command\n.RI [ option ...]"
    yield roff.heading("DESCRIPTION")
    yield roff.escape(description)
    yield roff.paragraph("The daemon and its operator's tool are one program. Every command and option completes with the tab key in bash, zsh and fish.")
    yield roff.heading("COMMANDS")
    for name in commands:
        yield from command_page(apilb, name)
    yield roff.heading("FILES")
    yield roff.item("/etc/apilb/apilb.yaml", "The configuration: apilb.yaml(5).")
    yield roff.item("/run/apilb/admin.sock", "Where commands reach the daemon.")
    yield roff.item("/var/lib/apilb", "What the daemon keeps over a restart.")
    yield roff.heading("SEE ALSO")
    yield ".BR apilb.yaml (5),\n.BR apilb.service (8)"


print("\n".join(page(sys.argv[1], sys.argv[2])))
