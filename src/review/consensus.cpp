#include "review/consensus.hpp"

#include <fmt/core.h>

#include <map>
#include <optional>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

using Cell = std::pair<std::vector<std::string>, std::string>;  ///< key, field

std::string named(const Settled& one) { return join(one.key, " / ") + (one.field.empty() ? "" : ", " + one.field); }

/// Decisions by cell, each checked against the form.
Expected<std::map<Cell, const Settled*>> by_cell(const ExtractionForm& form, const std::vector<Settled>& settled) {
  std::map<Cell, const Settled*> out;
  for (const Settled& one : settled) {
    if (one.field.empty()) {
      if (one.value != "keep" && one.value != "drop")
        return make_error(ErrorCode::input, fmt::format("'{}' is not keep or drop", one.value), one.where);
    } else {
      const Field* field = form.find(one.field);
      if (!field) return make_error(ErrorCode::input, fmt::format("'{}' is not a field", one.field), one.where);
      if (const auto problem = problem_of(*field, one.value)) return make_error(ErrorCode::input, *problem, one.where);
    }
    if (!out.emplace(Cell(one.key, one.field), &one).second)
      return make_error(ErrorCode::input, fmt::format("'{}' is decided twice", named(one)), one.where);
  }
  return out;
}

class Settler {
 public:
  Settler(const ExtractionForm& form, const Extraction& a, const Extraction& b,
          std::map<Cell, const Settled*> decisions)
      : form_(form), a_(a), b_(b), decisions_(std::move(decisions)) {}

  void matched(std::size_t i, std::size_t j) {
    ExtractedRow row;
    row.key = a_.rows[i].key;
    std::vector<std::string> by;
    for (std::size_t f = 0; f < form_.fields.size(); ++f) {
      const Value &x = a_.rows[i].values[f], &y = b_.rows[j].values[f];
      const std::string& id = form_.fields[f].id;
      if (const Settled* decision = take(row.key, id)) {
        row.values.push_back({decision->value, decision->source, decision->where});
        by.push_back(decision->by);
      } else if ((x.typed.empty() && y.typed.empty()) || same_value(form_.fields[f], x.typed, y.typed)) {
        row.values.push_back({x.typed, x.source.empty() ? y.source : x.source, x.where});
        by.push_back(x.typed.empty() ? "" : a_.extractor + ", " + b_.extractor);
      } else {
        row.values.emplace_back();
        by.emplace_back();
        out.open.push_back({row.key, id, x.typed, y.typed});
      }
    }
    out.agreed.rows.push_back(std::move(row));
    out.by.push_back(std::move(by));
  }

  void alone(const Extraction& of, std::size_t i) {
    const ExtractedRow& row = of.rows[i];
    const Settled* decision = take(row.key, "");
    if (!decision) {
      const bool first = &of == &a_;
      out.open.push_back({row.key, "", first ? "row" : "", first ? "" : "row"});
    } else if (decision->value == "keep") {
      out.agreed.rows.push_back(row);
      out.by.emplace_back(form_.fields.size(), of.extractor + ", " + decision->by);
    }
  }

  Checked all_used() const {
    for (const auto& [cell, decision] : decisions_)
      if (!used_.count(cell))
        return make_error(ErrorCode::input,
                          fmt::format("'{}' is decided, but no extraction has this row", named(*decision)),
                          decision->where);
    return {};
  }

  Consensus out;

 private:
  const Settled* take(const std::vector<std::string>& key, const std::string& field) {
    const auto found = decisions_.find(Cell(key, field));
    if (found == decisions_.end()) return nullptr;
    used_[found->first] = true;
    return found->second;
  }

  const ExtractionForm& form_;
  const Extraction &a_, &b_;
  std::map<Cell, const Settled*> decisions_;
  std::map<Cell, bool> used_;
};

}  // namespace

Expected<Consensus> settle(const ExtractionForm& form, const Extraction& a, const Extraction& b,
                           const Comparison& comparison, const std::vector<Settled>& settled) {
  HR_TRY(auto decisions, by_cell(form, settled));
  Settler settler(form, a, b, std::move(decisions));
  settler.out.agreed.extractor = "agreed";
  for (const auto& [i, j] : comparison.matched) settler.matched(i, j);
  for (const std::size_t i : comparison.only_a) settler.alone(a, i);
  for (const std::size_t j : comparison.only_b) settler.alone(b, j);
  HR_CHECK(settler.all_used());
  return std::move(settler.out);
}

Expected<std::vector<Settled>> read_settled(const ExtractionForm& form, const data::Table& table,
                                            const std::string& by) {
  std::vector<std::size_t> keys;
  for (const std::string& id : form.key) {
    HR_TRY(const std::size_t col, table.column(id));
    keys.push_back(col);
  }
  HR_TRY(const std::size_t field, table.column("field"));
  HR_TRY(const std::size_t agreed, table.column("agreed"));
  const auto source = table.find("source"), who = table.find("by");
  const auto text = [&](std::size_t row, std::optional<std::size_t> col) {
    return col && !table.missing(row, *col) ? std::string(table.cell(row, *col)) : std::string();
  };
  std::vector<Settled> out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.missing(row, agreed)) continue;
    Settled one;
    for (const std::size_t col : keys) one.key.emplace_back(table.cell(row, col));
    one.field = text(row, field);
    one.value = text(row, agreed);
    one.source = text(row, source);
    one.by = who ? text(row, who) : by;
    if (one.by.empty()) one.by = by;
    one.where = table.where(row, agreed);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace hedgerow::review
