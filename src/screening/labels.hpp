// Labels of a finished review in a file of records: a column (or tag) that says which records were included.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "records/record.hpp"

namespace hedgerow::screening {

/// 1 or 0 for each record. `column` empty: the first of label_included, included, label, final_label,
/// label_abstract_screening and similar names that the records have. Words: 1/0, yes/no, true/false, include(d)/
/// exclude(d), relevant/irrelevant. Errors: no such column (with the names there are), a record without a label or with
/// another word, named by its line.
Expected<std::vector<int>> read_labels(std::span<const records::Record> records, const std::string& column);

/// The numbers of the records that do not repeat the title and the abstract of an earlier one (case and accents aside).
std::vector<std::size_t> without_repeats(std::span<const records::Record> records);

}  // namespace hedgerow::screening
