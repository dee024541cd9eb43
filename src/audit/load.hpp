// What a path offers to the audit: a folder with published.toml (tables of a paper), or a bare table of effects.
//
// published.toml: [[table]] with file, kind, columns (column = "quantity"), settings; [audit] with dictionary and
// [[audit.allow]]. docs/formats/audit.md describes every key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.hpp"
#include "audit/subject.hpp"
#include "base/expected.hpp"
#include "data/toml.hpp"

namespace hedgerow::audit {

struct Loaded {
  Subject subject;
  std::vector<Suppression> allowed;
  std::string profile = "all";
};

/// [audit] of a settings file; `root` is the file's root.
Settings read_settings(data::TomlReader& root, const std::string& file);
/// The shipped dictionary with the entries of these files; null without files. Errors: those of the files.
Expected<std::shared_ptr<const Dictionary>> read_dictionary(const std::vector<std::string>& files,
                                                            const std::string& folder);

/// The tables that the text of a published.toml names, read relative to `folder`; other keys of the file are the
/// business of the comparison with recomputed numbers. Errors: a missing file, unknown kind, quantity or column.
Expected<Loaded> load_published(const std::string& bytes, const std::string& source, const std::string& folder);

/// A table alone: one row per effect or comparison, its quantities told by the names of its columns. Errors: no column
/// that a check could use.
Expected<Loaded> load_table(const std::string& path);

}  // namespace hedgerow::audit
