# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""data/openapi.yaml as tests use it: its operations, and validators that are strict about members."""

import copy
import os
import re

import jsonschema
import yaml

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")

# What an operation can answer without saying so itself; the description's introduction says when.
ALWAYS = {"unauthorized", "too_large", "internal", "unavailable", "too_many_requests"}
CHANGING = {"forbidden", "idempotency_running", "idempotency_mismatch"}


def load():
    path = os.environ.get("SPARK_OPENAPI") or os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "../../../data/openapi.yaml")
    with open(path, encoding="utf-8") as stream:
        return yaml.safe_load(stream)


class Operation:
    def __init__(self, path, method, item, node):
        self.path, self.method, self.node = path, method.upper(), node
        self.parameters = item.get("parameters", []) + node.get("parameters", [])
        self.id = node.get("operationId")
        self.changes = self.method != "GET"
        self.has_body = "requestBody" in node
        self.json_body = "application/json" in node.get("requestBody", {}).get("content", {}) \
            and "application/zip" not in node["requestBody"]["content"]
        parts = re.split(r"\{[^}]*\}", path)
        self.pattern = re.compile("[^/]+".join(re.escape(part) for part in parts))
        self.errors = set(node.get("x-errors", []))

    def may_answer(self, code):
        return code in self.errors or code in ALWAYS \
            or (code == "not_found" and ("{" in self.path or self.parameters or self.has_body)) \
            or (code == "invalid_request" and (self.parameters or self.has_body)) \
            or (code == "unsupported_media" and self.has_body) \
            or (code in CHANGING and self.changes)


class Description:
    def __init__(self):
        self.document = load()
        self.operations = [Operation(path, method, item, node)
                           for path, item in self.document["paths"].items()
                           for method, node in item.items() if method in METHODS]
        self._strict = copy.deepcopy(self.document["components"])
        close(self._strict["schemas"])

    def find(self, method, path):
        """The operation a request is for; the template with fewer parameters goes first."""
        found = [operation for operation in self.operations
                 if operation.method == ("GET" if method == "HEAD" else method)
                 and operation.pattern.fullmatch(path)]
        return min(found, key=lambda operation: operation.path.count("{")) if found else None

    def validator(self, schema):
        """Of one schema, with the components it refers to, and no member that is not described."""
        schema = copy.deepcopy(schema)
        close(schema)
        return jsonschema.Draft202012Validator(
            {**schema, "components": self._strict},
            format_checker=jsonschema.FormatChecker())

    def of_schema(self, name):
        return self.validator({"$ref": "#/components/schemas/" + name})


def close(node, inside=False):
    """Makes every object schema refuse members that it does not describe. Parts of an allOf or oneOf
    describe one object together, so only the whole is closed."""
    if isinstance(node, list):
        for part in node:
            close(part, inside)
        return
    if not isinstance(node, dict):
        return
    for key, part in node.items():
        if key in ("allOf", "oneOf", "anyOf"):
            for one in part:
                # A part that is a whole object itself (a reference, or one with a type) stays closed.
                close(one, "type" not in one)
        elif key == "properties":
            for one in part.values():
                close(one)
        elif key in ("items", "schema") or isinstance(part, dict) and key not in ("const", "default"):
            close(part)
    if "properties" in node and not inside and "oneOf" not in node:
        node.setdefault("unevaluatedProperties", False)
