#!/usr/bin/env python3
"""Compares every #include between rooms with the file LAYERS, and LAYERS itself with a graph without cycles.

Usage: check_layers.py SOURCE_DIR. Prints each forbidden include as file:line and exits with 1 if there is one.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z]+)/(detail/)?[^"]+"')


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            room, _, needs = line.partition(":")
            layers[room.strip()] = needs.split()
    return layers


def layer_problems(layers):
    seen = set()
    for room, needs in layers.items():
        for need in needs:
            if need not in seen:
                yield f"LAYERS: '{room}' names '{need}', which is not declared above it"
        seen.add(room)


def include_problems(root, layers):
    for path in sorted((root / "src").rglob("*.[ch]pp")):
        room = path.relative_to(root / "src").parts[0]
        if room not in layers:
            yield f"{path.relative_to(root)}: room '{room}' is not in LAYERS"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target, internal = match.group(1), match.group(2)
            where = f"{path.relative_to(root)}:{number}"
            if target != room and target not in layers[room]:
                yield f"{where}: room '{room}' may not include '{target}' (see LAYERS)"
            elif internal and target != room:
                yield f"{where}: detail/ of room '{target}' is its own"


def main():
    root = pathlib.Path(sys.argv[1])
    layers = read_layers(root / "LAYERS")
    problems = list(layer_problems(layers)) + list(include_problems(root, layers))
    print("\n".join(problems) if problems else f"{len(layers)} rooms, every include is declared")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
