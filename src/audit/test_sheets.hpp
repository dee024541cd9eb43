// For the tests of the audit: tables from text, and the findings of one check.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/sheet.hpp"
#include "data/readers.hpp"

namespace hedgerow::audit::testing {

/// A table whose columns are named by their quantities.
inline Sheet sheet_of(SheetKind kind, const std::string& csv) {
  auto table = data::parse_csv(csv, "table.csv");
  EXPECT_TRUE(table) << (table ? "" : describe(table.error()));
  std::map<std::string, std::string> columns;
  for (const std::string& name : table->names()) columns.emplace(name, name);
  auto sheet = Sheet::create(kind, table.take(), columns);
  EXPECT_TRUE(sheet) << (sheet ? "" : describe(sheet.error()));
  return sheet ? sheet.take() : Sheet();
}

/// One sheet with the analyses that it offers.
inline Subject subject_of(Sheet sheet) {
  Subject out;
  out.analyses = analyses_of(sheet, 0);
  out.sheets.push_back(std::move(sheet));
  return out;
}

/// What a check of the catalogue says.
inline std::vector<Finding> findings(const Subject& subject, const std::string& id) {
  const Check* check = find_check(id);
  EXPECT_NE(check, nullptr) << id;
  if (!check) return {};
  Sink sink(*check, check->limit);
  check->run(subject, sink);
  return sink.findings();
}

/// What a check says of one table.
inline std::vector<Finding> in(SheetKind kind, const std::string& csv, const std::string& id) {
  return findings(subject_of(sheet_of(kind, csv)), id);
}

/// A table of rows whose analyses somebody chose.
inline Subject declared(const std::string& csv, const std::string& measure) {
  Subject subject = subject_of(sheet_of(SheetKind::rows, csv));
  for (Analysis& analysis : subject.analyses) {
    analysis.declared = true;
    analysis.measure = measure;
  }
  return subject;
}

}  // namespace hedgerow::audit::testing
