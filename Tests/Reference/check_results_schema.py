"""Validates results.json files against Documentation/results.schema.json.

    check_results_schema.py RESULTS.json...

Needs the package jsonschema. Prints one line a file; the exit status is 1 if one is not valid.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "Documentation" / "results.schema.json"


def main(paths: list[str]) -> int:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    if not paths:
        print(__doc__)
        return 64
    worst = 0
    for path in paths:
        results = json.loads(Path(path).read_text(encoding="utf-8"))
        errors = sorted(validator.iter_errors(results), key=lambda error: list(error.path))
        for error in errors:
            print(f"{path}: {error.json_path}: {error.message}")
        if errors:
            worst = 1
        else:
            print(f"{path}: valid")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
