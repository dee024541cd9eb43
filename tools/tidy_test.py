#!/usr/bin/env python3
"""Shows each rule of tidy.py something that breaks it and something that does not."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy  # noqa: E402

BODY = "  int a = 1;\n"


def rules(path, text):
    return sorted({rule for _, rule, _ in tidy.file_findings(path, text)})


class Rules(unittest.TestCase):
    def test_clean_header_has_no_finding(self):
        self.assertEqual(rules("src/base/x.hpp", "// What it is for.\nint f();\n"), [])

    def test_long_file(self):
        self.assertEqual(rules("src/base/x.cpp", "// x\n" * 500), [])
        self.assertEqual(rules("src/base/x.cpp", "// x\n" * 501), ["long-file"])

    def test_long_line(self):
        self.assertEqual(rules("src/base/x.cpp", "/" * 120), [])
        self.assertEqual(rules("src/base/x.cpp", "/" * 121), ["long-line"])

    def test_header_comment(self):
        self.assertEqual(rules("src/base/x.hpp", "#pragma once\n"), ["header-comment"])

    def test_long_function(self):
        self.assertEqual(rules("src/base/x.cpp", "int f() {\n" + BODY * 68 + "}\n"), [])
        self.assertEqual(rules("src/base/x.cpp", "int f() {\n" + BODY * 69 + "}\n"), ["long-function"])

    def test_long_method_in_a_class_in_a_namespace(self):
        text = "namespace a {\nclass B {\n public:\n  int f() const {\n" + BODY * 69 + "}\n};\n}\n"
        self.assertEqual(rules("src/base/x.cpp", text), ["long-function"])

    def test_long_class_is_no_function(self):
        self.assertEqual(rules("src/base/x.cpp", "class B {\n" + "  int f();\n" * 100 + "};\n"), [])

    def test_braces_in_texts_and_digit_separators_do_not_count(self):
        text = 'int f() {\n  g("{", \'{\', 1\'000\'000);\n}\n' + "int x;\n" * 90
        self.assertEqual(rules("src/base/x.cpp", text), [])

    def test_banned_tokens(self):
        for token in ("std::cout << 1;", "x = 1 - normal_cdf(z);", "system_clock::now();", "int r = rand();",
                      "// FIX" + "ME later"):
            self.assertEqual(rules("src/base/x.cpp", token + "\n"), ["banned"], token)
        self.assertEqual(rules("src/cli/x.cpp", "std::cout << 1;\n"), [])
        self.assertEqual(rules("src/base/x.cpp", "// std::cout is not for the core\nint operand(int);\n"), [])

    def test_citations(self):
        keys = {"hedges1981"}
        self.assertEqual(list(tidy.citation_findings("as in [@hedges1981]\n// Source: hedges1981, eq. 6\n", keys)), [])
        self.assertEqual(len(list(tidy.citation_findings("as in [@nobody1999]\n// Source: nobody2000\n", keys))), 2)

    def test_sources_of_checks_and_entries(self):
        keys = {"brown2017"}
        check = '{"AR-01", "x", "y", "%s",\n     run_means},\n'
        self.assertEqual(list(tidy.source_findings("src/audit/a.cpp", check % "brown2017" + check % "own", keys)), [])
        self.assertEqual(len(list(tidy.source_findings("src/audit/a.cpp", check % "brown2018", keys))), 1)
        self.assertEqual(len(list(tidy.source_findings("share/dictionary/a.toml", 'source = "x1999"\n', keys))), 1)
        self.assertEqual(list(tidy.source_findings("share/dictionary/a.toml", 'source = "own"\n', keys)), [])

    def test_two_types_of_one_name(self):
        def found(second):
            first = "#include <a>\nnamespace h::p {\nstruct Entry {\n  struct Kind { int k; };\n};\n}\n"
            return [f[:3] for f in tidy.definition_findings([("src/a.hpp", first), ("src/b.cpp", second)])]

        self.assertEqual(found("namespace h {\nnamespace p {\nclass Entry : public Base {};\n}\n}\n"),
                         [("src/b.cpp", 3, "one-definition")])
        for other in ("namespace h::q { struct Entry {}; }", "namespace h::p { namespace { struct Entry {}; } }",
                      "namespace h::p { struct Entry::Kind { int k; }; }",
                      "namespace h::p { struct Entry; Entry f() {} }",
                      "namespace h::p { void f() { struct Entry {}; } }"):
            self.assertEqual(found(other), [], other)

    def test_whole_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "docs").mkdir()
            (root / "docs/big.csv").write_text("x" * (tidy.MAX_BLOB + 1))
            (root / "src").mkdir()
            (root / "src/x.cpp").write_text("int  f( );\n")
            found = {rule for _, _, rule, _ in tidy.findings(root)}
            self.assertIn("blob", found)
            if tidy.shutil.which("clang-format-14"):
                self.assertIn("format", found)


if __name__ == "__main__":
    unittest.main()
