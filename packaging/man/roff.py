"""The few requests of man(7) that the generated manual pages need."""
import datetime
import os


def escape(text):
    """What stands for itself in roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha").replace("`", "\\(ga")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in text.splitlines())


def title(name, section, version):
    date = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    return f'.TH {name} {section} {date:%Y-%m-%d} "apilb {escape(version)}" "ApiLb"'


def heading(text):
    return f".SH {escape(text)}"


def subheading(text):
    return f'.SS "{escape(text)}"'


def paragraph(text):
    return f".PP\n{escape(text)}"


def item(term, text):
    return f".TP\n.B {escape(term)}\n{escape(text)}"
