"""Checks JSON lines on stdin against a JSON schema.

Usage: json_judge.py NAME SCHEMA
"""

import json
import sys
from pathlib import Path

from jsonschema import validators


def main():
    name, path = sys.argv[1], Path(sys.argv[2])
    schema = json.loads(path.read_text())
    kind = validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    lines = [line for line in sys.stdin if line.strip()]
    wrong = 0
    for number, line in enumerate(lines, 1):
        for error in validator.iter_errors(json.loads(line)):
            print(f"{name}: line {number} breaks {path.name} at {error.json_path}: {error.message[:300]}")
            wrong += 1
    if not lines:
        print(f"{name}: nothing was printed")
        wrong += 1
    if not wrong:
        print(f"{name}: jsonschema agrees with {len(lines)} lines ({path.name})")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
