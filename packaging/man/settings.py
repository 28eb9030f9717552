#!/usr/bin/env python3
"""Prints apilb.yaml.5, made of the JSON schema: packaging/man/settings.py SCHEMA VERSION"""
import json
import sys

import roff


class Schema:
    def __init__(self, root):
        self.root = root

    def resolve(self, node):
        """The node with what its $ref brings; its own words win."""
        reference = node.get("$ref")
        if reference is None:
            return node
        target = self.root
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        return {**self.resolve(target), **{key: value for key, value in node.items() if key != "$ref"}}

    def settings(self, node, path=""):
        """(path, setting) of everything below, in the order of the schema. NAME stands for a name that the operator chooses."""
        for key, child in node.get("properties", {}).items():
            child = self.resolve(child)
            here = f"{path}{key}"
            yield here, child
            yield from self.below(child, here)

    def below(self, node, path):
        for alternative in [node, *map(self.resolve, [*node.get("oneOf", []), *node.get("anyOf", [])])]:
            yield from self.settings(alternative, path + ".")
            if isinstance(alternative.get("additionalProperties"), dict):
                yield from self.below(self.resolve(alternative["additionalProperties"]), path + ".NAME")
            if "items" in alternative:
                yield from self.below(self.resolve(alternative["items"]), path + "[]")


def facts(setting):
    if "enum" in setting:
        yield "One of " + ", ".join(map(str, setting["enum"])) + "."
    if "minimum" in setting or "maximum" in setting:
        yield f"{setting.get('minimum', '')} to {setting.get('maximum', 'any')}.".strip()
    if "default" in setting:
        yield f"Default: {json.dumps(setting['default']).strip(chr(34))}."


def page(root, version):
    schema = Schema(root)
    yield roff.title("APILB.YAML", 5, version)
    yield roff.heading("NAME")
    yield "apilb.yaml \\- configuration of the load balancer apilb"
    yield roff.heading("DESCRIPTION")
    yield roff.escape("The file /etc/apilb/apilb.yaml. Unknown keys are errors; apilb check finds them all at once, with line and column.")
    yield roff.paragraph("Durations are written 250ms, 2s, 1m30s, 1h. NAME is a name that you choose. A commented example: /usr/share/apilb/apilb.yaml; the schema for editors: /usr/share/apilb/apilb.schema.json.")
    section = None
    for path, setting in schema.settings(root):
        top = path.split(".")[0]
        if top != section:
            section = top
            yield roff.heading(top)
        text = " ".join(filter(None, [setting.get("description", ""), *facts(setting)]))
        yield roff.item(path, text)
    yield roff.heading("SEE ALSO")
    yield ".BR apilb (1),\n.BR apilb.service (8)"


print("\n".join(page(json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2])))
