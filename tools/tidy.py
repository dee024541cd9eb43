#!/usr/bin/env python3
"""Style as a test. Each rule has its reason beside it; tools/tidy_test.py shows each rule a file that breaks it.

Usage: tidy.py SOURCE_DIR. Prints each finding as file:line: rule: message and exits with 1 if there is one.
"""
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE_FOLDERS = ("src", "tests", "tools", "bench", "include", "cmake", "docs", "examples", "share")
CODE = {".cpp", ".hpp", ".py", ".cmake"}
MAX_LINE = 120
MAX_FILE = 500
MAX_FUNCTION = 70
MAX_BLOB = 200_000

# token -> (where it is allowed, what to write instead)
BANNED = [
    (re.compile(r"\bstd::(cout|cerr)\b"), ("src/cli/", "tests/", "bench/"), "the core never prints; return the text"),
    (re.compile(r"\b1(\.0)?\s*-\s*\w*cdf\("), (), "loses the tail; use the complement (…_upper)"),
    (re.compile(r"\bsystem_clock\b"), ("src/cli/", "bench/"), "results may not depend on the time of day"),
    (re.compile(r"(?<![\w:.])s?rand\("), (), "not reproducible across platforms; use a seeded stream"),
    (re.compile(r"\b(TO" + "DO|FIX" + r"ME)\b"), (), "write an issue, or docs/limitations.md"),
]
CITATION = re.compile(r"\[@([A-Za-z][\w:-]*)\]")
SOURCE_LINE = re.compile(r"\bSources?:\s*(.*)")
KEY = re.compile(r"\b[a-z][a-z_-]*(?:19|20)\d\d[a-z]?\b")


def strip_code(text):
    """C++ text with comments, string and character literals blanked; lines and columns stay."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def opens_function(head):
    """Whether a brace after this text opens the body of a function (not a type, a namespace or an initialiser)."""
    head = re.sub(r"^(\s*(public|private|protected)\s*:)+", "", head).strip()
    if re.match(r"(inline\s+)?namespace\b|extern\b", head) or re.search(r"=\s*$|\breturn\b[^()]*$", head):
        return False
    if re.match(r"(template\s*<.*>\s*)?(class|struct|enum|union)\b[^()]*$", head, re.S):
        return False
    return "(" in head


def without_directives(text):
    """Code alone: strip_code, and preprocessor lines blanked."""
    return re.sub(r"^[ \t]*#.*(\\\n.*)*", lambda m: "\n" * m.group(0).count("\n"), strip_code(text), flags=re.M)


def long_functions(text):
    """(first line, name, lines) of each function body that is longer than the budget."""
    code = without_directives(text)
    stack, head_start, in_function = [], 0, None
    for position, char in enumerate(code):
        if char == "{":
            head = code[head_start:position]
            if in_function is None and opens_function(head):
                first = head_start + len(head) - len(head.lstrip())
                in_function = (len(stack), first, " ".join(head.split()))
            stack.append(position)
        elif char == "}" and stack:
            stack.pop()
            if in_function is not None and len(stack) == in_function[0]:
                _, first, head = in_function
                lines = code.count("\n", first, position) + 1
                if lines > MAX_FUNCTION:
                    yield code.count("\n", 0, first) + 1, head[:60], lines
                in_function = None
        if char in "{};" and in_function is None:
            head_start = position + 1


def file_findings(path, text):
    """Findings of one source file: (line, rule, message). `path` is relative to the project, with slashes."""
    lines = text.splitlines()
    suffix = pathlib.PurePosixPath(path).suffix
    if len(lines) > MAX_FILE:
        # What can't be read in one sitting is not reviewed in one sitting.
        yield len(lines), "long-file", f"{len(lines)} lines, at most {MAX_FILE}: split it by concept"
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            # Two files side by side have to fit on a screen.
            yield number, "long-line", f"{len(line)} columns, at most {MAX_LINE}"
    if suffix == ".hpp" and not (lines and lines[0].startswith("//")):
        # A header is read first and often alone.
        yield 1, "header-comment", "a header opens with a comment that says what it is for"
    if suffix in (".cpp", ".hpp"):
        for first, name, length in long_functions(text):
            # A function that fits on a screen can be checked against its formula.
            yield first, "long-function", f"{length} lines, at most {MAX_FUNCTION}: {name}"
    yield from banned_findings(path, text)


def banned_findings(path, text):
    code = strip_code(text) if path.endswith((".cpp", ".hpp")) else ""
    for pattern, allowed, reason in BANNED:
        if path.startswith(allowed or "\0"):
            continue
        # The last rule counts everywhere, comments above all; the others are about what C++ code does.
        where = text if "write an issue" in reason else code
        for match in pattern.finditer(where):
            yield where.count("\n", 0, match.start()) + 1, "banned", f"{match.group(0)}: {reason}"


def citation_findings(text, keys):
    """A citation nobody can look up is no citation."""
    for number, line in enumerate(text.splitlines(), 1):
        cited = set(CITATION.findall(line))
        source = SOURCE_LINE.search(line)
        if source and "http" not in source.group(1):
            cited |= set(KEY.findall(source.group(1)))
        for key in sorted(cited - keys):
            yield number, "citation", f"'{key}' is not in docs/references.bib"


# The last texts of a check of the audit are its source and its function; an entry of the dictionary names its source.
CHECK_SOURCE = re.compile(r'"([\w-]+)",\s*(?:run_\w+|nullptr)\}')
ENTRY_SOURCE = re.compile(r'^source = "([\w-]+)"', re.M)


def source_findings(path, text, keys):
    """Sources that the program shows to users must be in the bibliography too."""
    pattern = CHECK_SOURCE if path.startswith("src/audit/") else ENTRY_SOURCE
    if not path.startswith(("src/audit/", "share/dictionary/")):
        return
    for match in pattern.finditer(text):
        if match.group(1) not in keys | {"own"}:
            line = text.count("\n", 0, match.start()) + 1
            yield line, "citation", f"'{match.group(1)}' is not in docs/references.bib"


def bibliography_keys(root):
    path = root / "docs/references.bib"
    return set(re.findall(r"^@\w+\{([^,\s]+)", path.read_text(), re.M)) if path.is_file() else set()


def format_findings(root, paths):
    """One layout, made by a program, so that nobody discusses it."""
    formatter = shutil.which("clang-format-14")
    sources = [str(p) for p in paths if p.suffix in (".cpp", ".hpp")]
    if formatter is None or not sources:
        return
    run = subprocess.run([formatter, "--dry-run", "--style=file", *sources], cwd=root, capture_output=True, text=True)
    for name in sorted(set(re.findall(r"^(.*?):\d+:\d+: warning: code should be clang-formatted", run.stderr, re.M))):
        yield name, 1, "format", "run clang-format-14 -i on it"


def named_types(text):
    """(line, qualified name) of each type defined at namespace scope outside unnamed namespaces."""
    code, scopes = without_directives(text), []
    head_start = 0
    for position, char in enumerate(code):
        if char == "{":
            head = " ".join(code[head_start:position].split())
            space = re.match(r"(?:inline )?namespace ?([\w:]*)$", head)
            kind = re.match(r"(?:template ?<.*> )?(?:struct|class|union|enum(?: class)?) (\w+)( final)?( : .*)?$", head)
            if kind and all(scope is not None for scope in scopes):
                yield code.count("\n", 0, position) + 1, "::".join([*scopes, kind.group(1)])
            scopes.append((space.group(1) or None) if space else None)
        elif char == "}" and scopes:
            scopes.pop()
        if char in "{};":
            head_start = position + 1


def definition_findings(sources):
    """Two types of one name in one namespace break the one-definition rule: the linker keeps the inline functions of
    either, and no compiler says so. `sources`: (file, text)."""
    first = {}
    for name, text in sources:
        for line, qualified in named_types(text):
            if first.setdefault(qualified, name) != name:
                yield name, line, "one-definition", f"{qualified} is defined in {first[qualified]} too"


def project_files(root):
    for folder in SOURCE_FOLDERS:
        yield from sorted(p for p in (root / folder).rglob("*") if p.is_file())
    yield from sorted(p for p in root.glob("*") if p.is_file())


def findings(root):
    keys = bibliography_keys(root)
    code_paths = []
    for path in project_files(root):
        name = path.relative_to(root).as_posix()
        if name.startswith("tests/reference/") or "__pycache__" in name or "/out/" in name:
            continue
        if path.stat().st_size > MAX_BLOB:
            # A clone carries every blob for ever.
            yield name, 1, "blob", f"{path.stat().st_size} bytes, at most {MAX_BLOB}"
            continue
        if path.suffix in CODE or path.name == "CMakeLists.txt":
            text = path.read_text()
            code_paths.append(path.relative_to(root))
            yield from ((name, *finding) for finding in file_findings(name, text))
        if path.suffix in CODE | {".md"} and name != "tools/tidy_test.py":
            yield from ((name, *finding) for finding in citation_findings(path.read_text(), keys))
        if path.suffix in (".cpp", ".toml"):
            yield from ((name, *finding) for finding in source_findings(name, path.read_text(), keys))
    yield from definition_findings((path.as_posix(), (root / path).read_text()) for path in code_paths
                                   if path.suffix in (".cpp", ".hpp") and path.parts[0] == "src")
    yield from format_findings(root, code_paths)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = list(findings(root))
    for name, line, rule, message in found:
        print(f"{name}:{line}: {rule}: {message}")
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
