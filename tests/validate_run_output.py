#!/usr/bin/env python3
"""Validates the files of a run against api/*.schema.json: `validate_run_output.py FOLDER`.

An implementation that is not ours (jsonschema, from PyPI) reads the files and the schemas. Also checks that the
schemas themselves are valid, and that no object has a field the schema does not name, so that neither can drift.
Exit code 1 when anything is wrong, with the file, the place and the reason.
"""
import json
import pathlib
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA_OF = {
    "segments.json": "segments", "context.jsonl": "context", "variants.jsonl": "variant",
    "verdicts.jsonl": "verdict", "experiments.json": "experiments", "run.json": "run",
}


def documents(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return [json.loads(text)]


def unnamed_fields(value, schema, place):
    """Fields of objects that the schema does not name; readers may meet more, we may not write more."""
    if isinstance(value, list):
        return [found for i, item in enumerate(value) for found in unnamed_fields(item, schema.get("items", {}), f"{place}/{i}")]
    if not isinstance(value, dict) or "additionalProperties" in schema:
        return []
    named = schema.get("properties", {})
    return [f"{place}/{key}" for key in value if key not in named] + [
        found for key in value if key in named for found in unnamed_fields(value[key], named[key], f"{place}/{key}")]


def faults_of(path, schema):
    validator = jsonschema.Draft202012Validator(schema)
    for number, document in enumerate(documents(path), 1):
        for error in validator.iter_errors(document):
            yield f"{path.name} {number}: {error.json_path}: {error.message[:200]}"
        for field in unnamed_fields(document, schema, ""):
            yield f"{path.name} {number}: {field}: not in the schema"


def main():
    folder = pathlib.Path(sys.argv[1])
    faults = []
    for name, schema_name in SCHEMA_OF.items():
        schema = json.loads((ROOT / f"api/{schema_name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        faults += faults_of(folder / name, schema)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
