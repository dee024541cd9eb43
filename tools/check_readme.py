#!/usr/bin/env python3
"""Executes the `console` blocks of README.md and docs/*.md and compares what they show.

Usage: check_readme.py SOURCE_DIR HEDGEROW. A line "$ command" is run by the shell in a copy of the project's examples,
with the program on the PATH; it has to succeed. The lines below it, if any, are the output expected; a line "..."
stands for any number of lines.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def commands(text):
    """(line, command, expected output lines) of every console block."""
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1)) + 1
        current = None
        for offset, content in enumerate(block.group(1).splitlines()):
            if content.startswith("$ "):
                if current:
                    yield current
                current = (line + offset, content[2:], [])
            elif current:
                current[2].append(content.rstrip())
        if current:
            yield current


def matches(expected, shown):
    """Whether the shown lines are the expected ones, "..." standing for any number of lines."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in shown)) is not None


def problem(command, expected, folder, environment):
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        return f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    if any(expected) and not matches(expected, done.stdout.splitlines()):
        return f"shows\n{done.stdout}"
    return None


def main():
    root, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    run = failed = 0
    for page in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        with tempfile.TemporaryDirectory() as folder:
            if (root / "examples").is_dir():
                shutil.copytree(root / "examples", pathlib.Path(folder) / "examples",
                                ignore=shutil.ignore_patterns("out"))
            for line, command, expected in commands(page.read_text()):
                run += 1
                found = problem(command, expected, folder, environment)
                if found:
                    failed += 1
                    print(f"{page.relative_to(root)}:{line}: $ {command}\n  {found}")
    print(f"{run} commands, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
