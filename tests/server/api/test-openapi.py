#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""data/openapi.yaml in itself, and against the code: its form, its references, every spelling and
every route, both ways."""

import glob
import os
import re
import subprocess
import sys

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import openapi
import tap

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
description = openapi.Description()
document = description.document

# The shape of an OpenAPI 3.1 document as far as this one uses it (no validator is packaged).
REFERENCE = {"type": "object", "required": ["$ref"], "properties": {"$ref": {"type": "string"}},
             "additionalProperties": False}


def or_reference(schema):
    return {"if": {"required": ["$ref"]}, "then": REFERENCE, "else": schema}


MEDIA = {"type": "object", "minProperties": 1, "patternProperties": {
    r"^[a-z]+/[a-z+.-]+(; charset=utf-8)?$": {"type": "object", "required": ["schema"],
                            "properties": {"schema": {"type": "object"}}, "additionalProperties": False}},
    "additionalProperties": False}
HEADER = {"type": "object", "required": ["schema"], "additionalProperties": False,
          "properties": {"description": {"type": "string"}, "schema": {"type": "object"}}}
RESPONSE = or_reference({
    "type": "object", "required": ["description"], "additionalProperties": False,
    "properties": {"description": {"type": "string", "minLength": 1}, "content": MEDIA,
                   "headers": {"type": "object", "additionalProperties": HEADER}}})
PARAMETER = or_reference({
    "type": "object", "required": ["name", "in", "schema"], "additionalProperties": False,
    "properties": {"name": {"type": "string"}, "in": {"enum": ["query", "header", "path"]},
                   "description": {"type": "string"}, "required": {"type": "boolean"},
                   "schema": {"type": "object"}},
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"required": ["required"], "properties": {"required": {"const": True}}}})
OPERATION = {
    "type": "object", "required": ["operationId", "summary", "responses", "tags"],
    "additionalProperties": False,
    "properties": {
        "operationId": {"type": "string", "pattern": "^[a-z][A-Za-z]+$"},
        "summary": {"type": "string", "pattern": r"\.$"},
        "description": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "security": {"type": "array"},
        "parameters": {"type": "array", "items": PARAMETER},
        "requestBody": {"type": "object", "required": ["content"], "additionalProperties": False,
                        "properties": {"content": MEDIA, "required": {"type": "boolean"},
                                       "description": {"type": "string"}}},
        "x-errors": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "responses": {"type": "object", "minProperties": 1, "additionalProperties": False,
                      "patternProperties": {r"^([1-5]\d\d|default)$": RESPONSE}}}}
SHAPE = {
    "type": "object", "required": ["openapi", "info", "paths", "components"],
    "additionalProperties": False,
    "properties": {
        "openapi": {"const": "3.1.0"},
        "jsonSchemaDialect": {"type": "string"},
        "info": {"type": "object", "required": ["title", "version"]},
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "security": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array"}}},
        "tags": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "paths": {"type": "object", "additionalProperties": False, "patternProperties": {
            "^/": {"type": "object", "additionalProperties": False,
                   "properties": {"parameters": {"type": "array", "items": PARAMETER},
                                  **{method: OPERATION for method in openapi.METHODS}}}}},
        "components": {"type": "object", "additionalProperties": False, "properties": {
            "schemas": {"type": "object", "additionalProperties": {"type": "object"}},
            "parameters": {"type": "object", "additionalProperties": PARAMETER},
            "responses": {"type": "object", "additionalProperties": RESPONSE},
            "securitySchemes": {"type": "object", "additionalProperties": {
                "type": "object", "required": ["type"]}}}}}}


def walk(node, path="#"):
    yield path, node
    if isinstance(node, dict):
        for key, part in node.items():
            yield from walk(part, path + "/" + str(key))
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from walk(part, path + "/" + str(index))


def resolve(reference):
    node = document
    for part in reference[2:].split("/"):
        node = node[part]
    return node


@tap.test
def has_the_shape_of_openapi():
    jsonschema.Draft202012Validator.check_schema(SHAPE)
    errors = list(jsonschema.Draft202012Validator(SHAPE).iter_errors(document))
    tap.equal([f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors], [])


@tap.test
def refers_to_what_there_is_and_uses_all_of_it():
    used = set()
    for path, node in walk(document):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            tap.ok(reference.startswith("#/components/"), f"{path}: {reference}")
            resolve(reference)
            used.add(reference)
    for kind in ("schemas", "parameters", "responses"):
        for name in document["components"][kind]:
            tap.ok(f"#/components/{kind}/{name}" in used, f"{kind}/{name} is used by nothing")


@tap.test
def has_valid_schemas():
    schemas = [node for path, node in walk(document)
               if re.search(r"/(schema|components/schemas/[^/]+)$", path)]
    tap.ok(len(schemas) > 50, "found the schemas")
    for schema in schemas:
        jsonschema.Draft202012Validator.check_schema(schema)
    for name in document["components"]["schemas"]:
        jsonschema.Draft202012Validator.check_schema(description.of_schema(name).schema)


@tap.test
def names_everything_once():
    ids = [operation.id for operation in description.operations]
    tap.equal(len(ids), len(set(ids)))
    tags = {tag["name"] for tag in document["tags"]}
    for operation in description.operations:
        tap.ok(set(operation.node["tags"]) <= tags, operation.id)
        names = re.findall(r"\{(\w+)\}", operation.path)
        there = [resolve(node["$ref"]) if "$ref" in node else node for node in operation.parameters]
        tap.equal(sorted(node["name"] for node in there if node["in"] == "path"), sorted(names),
                  operation.id)
        # Whatever changes something can be repeated; nothing else takes a key.
        tap.equal(any(node["name"] == "Idempotency-Key" for node in there), operation.changes,
                  operation.id)
        codes = {one["const"] for one in document["components"]["schemas"]["ErrorCode"]["oneOf"]}
        tap.ok(operation.errors <= codes, f"{operation.id}: {operation.errors - codes}")
        for code in operation.errors:
            tap.ok(f"`{code}`" in operation.node.get("description", "")
                   or code in ("resync", "import_is_txt"), f"{operation.id} does not explain {code}")


@tap.test
def has_the_spellings_of_the_code():
    lines = subprocess.run([os.environ["SPARK_LIST_SPELLINGS"]], check=True, text=True,
                           stdout=subprocess.PIPE, timeout=20).stdout.split("\n")
    in_code = {}
    for line in filter(None, lines):
        kind, spelling, status = line.split(" ")
        in_code.setdefault(kind, []).append((spelling, int(status)))
    described = {schema["x-enumeration"]: [(one["const"], one.get("x-status", 0)) for one in schema["oneOf"]]
                 for schema in document["components"]["schemas"].values() if "x-enumeration" in schema}
    tap.equal(set(described), set(in_code))
    for kind, spellings in described.items():
        tap.equal(len(spellings), len(set(spellings)), kind)
        tap.equal(set(spellings), set(in_code[kind]), kind)
    for schema in document["components"]["schemas"].values():
        if "x-enumeration" in schema:
            for one in schema["oneOf"]:
                tap.ok(one["description"], one["const"])


@tap.test
def has_every_enumeration_of_the_headers():
    declared = set()
    for header in ("spark-enums.h", "spark-error.h"):
        with open(os.path.join(TOP, "src/model", header), encoding="utf-8") as stream:
            declared |= set(re.findall(r"^\} (Spark\w+);", stream.read(), re.M))
    described = {schema["x-enumeration"] for schema in document["components"]["schemas"].values()
                 if "x-enumeration" in schema}
    tap.equal(described, declared)


@tap.test
def has_the_routes_of_the_code():
    routes = set()
    for source in glob.glob(os.path.join(TOP, "src/server/**/*.c"), recursive=True):
        with open(source, encoding="utf-8") as stream:
            routes |= set(re.findall(r'\{\s*SPARK_FACE_[\w| ]+,\s*"([A-Z]+)",'
                                     r'\s*"(/v1/[^"]+|/healthz|/\.well-known/sparkbox-[^"]+)"',
                                     stream.read()))
    tap.equal({(operation.method, operation.path) for operation in description.operations}, routes)


tap.run()
