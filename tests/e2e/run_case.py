#!/usr/bin/env python3
"""Runs one case of the whole program in an empty folder and checks exit code, messages and what was written.

Usage: run_case.py HEDGEROW CASE. A case is text:

    # why the case is there
    file effects.csv        followed by the lines of the file, each behind "| "
    dir  name               an empty folder
    copy examples/x y       a folder of the project, copied as y
    run  fit effects.csv --yi yi --vi vi
    exit 2
    out  text that standard output must contain
    err  text that standard error must contain
    writes nothing          or: writes name name ...

Several "run" blocks follow one another in the same folder. Every "run" needs its "exit".
"""
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]


def parse(path):
    """(files, folders, copies, runs); a run is a dict with command, exit, out, err, writes."""
    files, folders, copies, runs = {}, [], [], []
    current = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if line.startswith("|"):
            files[current].append(line[2:])
        elif not line.strip() or word == "#":
            continue
        elif word == "file":
            current = rest
            files[current] = []
        elif word == "dir":
            folders.append(rest)
        elif word == "copy":
            copies.append(rest.split())
        elif word == "run":
            runs.append({"command": rest, "exit": None, "out": [], "err": [], "writes": None})
        elif word == "exit":
            runs[-1]["exit"] = int(rest)
        elif word in ("out", "err"):
            runs[-1][word].append(rest)
        elif word == "writes":
            runs[-1]["writes"] = set() if rest == "nothing" else set(rest.split())
        else:
            sys.exit(f"{path}:{number}: '{word}' is no word of a case")
    return files, folders, copies, runs


def listing(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def problems(program, run, folder):
    before = listing(folder)
    done = subprocess.run([program, *shlex.split(run["command"])], cwd=folder, capture_output=True, text=True,
                          timeout=120, stdin=subprocess.DEVNULL)
    if done.returncode != run["exit"]:
        yield f"exit code {done.returncode}, expected {run['exit']}"
    for text in run["out"]:
        if text not in done.stdout:
            yield f"standard output lacks: {text}"
    for text in run["err"]:
        if text not in done.stderr:
            yield f"standard error lacks: {text}"
    written = listing(folder) - before
    if run["writes"] is not None and written != run["writes"]:
        yield f"wrote {sorted(written)}, expected {sorted(run['writes'])}"
    run["shown"] = f"--- standard output\n{done.stdout}\n--- standard error\n{done.stderr}"


def main():
    program, case = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    files, folders, copies, runs = parse(case)
    failed = not runs
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path in folders:
            (folder / path).mkdir(parents=True)
        for source, path in copies:
            shutil.copytree(PROJECT / source, folder / path, ignore=shutil.ignore_patterns("out"))
        for path, lines in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("".join(line + "\n" for line in lines))
        for run in runs:
            for problem in problems(program, run, folder):
                failed = True
                print(f"{case.name}: hedgerow {run['command']}\n  {problem}")
            if failed:
                print(run["shown"])
                break
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
