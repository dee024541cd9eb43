#include "review/prisma_csv.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <set>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

const std::vector<std::string> kColumns = {"data", "node", "box", "description", "boxtext", "tooltips", "url", "n"};

struct ListRow {
  const char* name;
  NamedCounts Prisma::*list;
};
constexpr std::array<ListRow, 4> kLists = {{{"database_specific_results", &Prisma::databases},
                                            {"register_specific_results", &Prisma::registers},
                                            {"dbr_excluded", &Prisma::dbr_excluded},
                                            {"other_excluded", &Prisma::other_excluded}}};

const ListRow* list_row(const std::string& name) {
  for (const ListRow& row : kLists)
    if (name == row.name) return &row;
  return nullptr;
}

/// A row of the layout: a count with its place in the diagram, or a title without a count.
struct LayoutRow {
  const char* name;  ///< null: a title without a name
  const char* node;
  const char* box;
  const char* words;  ///< null: those of prisma_names()
};
constexpr LayoutRow kLayout[] = {
    {nullptr, "node4", "prevstud", "Previous studies"},
    {"previous_studies", "node5", "box1", nullptr},
    {"previous_reports", "", "box1", nullptr},
    {nullptr, "node6", "newstud", "Identification of new studies via databases and registers"},
    {"database_results", "node7", "box2", nullptr},
    {"database_specific_results", "", "box2", "Records identified from each database"},
    {"register_results", "", "box2", nullptr},
    {"register_specific_results", "", "box2", "Records identified from each register"},
    {nullptr, "node16", "othstud", "Identification of new studies via other methods"},
    {"website_results", "node17", "box11", nullptr},
    {"organisation_results", "", "box11", nullptr},
    {"citations_results", "", "box11", nullptr},
    {"duplicates", "node8", "box3", nullptr},
    {"excluded_automatic", "", "box3", nullptr},
    {"excluded_other", "", "box3", nullptr},
    {"records_screened", "node9", "box4", nullptr},
    {"records_excluded", "node10", "box5", nullptr},
    {"dbr_sought_reports", "node11", "box6", nullptr},
    {"dbr_notretrieved_reports", "node12", "box7", nullptr},
    {"other_sought_reports", "node18", "box12", nullptr},
    {"other_notretrieved_reports", "node19", "box13", nullptr},
    {"dbr_assessed", "node13", "box8", nullptr},
    {"dbr_excluded", "node14", "box9", "Reports excluded: reason, number; reason, number"},
    {"other_assessed", "node20", "box14", nullptr},
    {"other_excluded", "node21", "box15", "Reports from other methods excluded: reason, number; reason, number"},
    {"new_studies", "node15", "box10", nullptr},
    {"new_reports", "", "box10", nullptr},
    {"total_studies", "node22", "box16", nullptr},
    {"total_reports", "", "box16", nullptr},
    {"identification", "node1", "identification", "Identification"},
    {"screening", "node2", "screening", "Screening"},
    {"included", "node3", "included", "Included"},
    {"total_studies_ma", "node23", "box17", nullptr},
    {"total_reports_ma", "", "box17", nullptr}};

std::string words_of(const std::string& name) {
  for (const PrismaName& known : prisma_names())
    if (known.name == name) return known.words;
  return "";
}

bool unknown(std::string_view text) { return text.empty() || text == "xxx" || data::is_missing_text(text); }

Expected<long> count_of(std::string_view text, const std::string& where) {
  const auto number = parse_number(text);
  if (!number || *number < 0 || *number != std::floor(*number))
    return make_error(ErrorCode::input, fmt::format("'{}' is not a whole number, 0 or more", text), where);
  return static_cast<long>(*number);
}

/// "Reason 1, 12; Reason 2, 30". The number follows the last comma, so that a reason may hold others.
Expected<NamedCounts> read_list(std::string_view text, const std::string& where) {
  NamedCounts list;
  if (unknown(text)) return list;
  for (const std::string& part : split(text, ';')) {
    const std::string_view item = trim(part);
    if (item.empty()) continue;
    const std::size_t comma = item.rfind(',');
    if (comma == std::string_view::npos)
      return make_error(ErrorCode::input, fmt::format("'{}' has no number behind a comma", item), where);
    const std::string_view number = trim(item.substr(comma + 1));
    if (unknown(number)) continue;
    HR_TRY(const long count, count_of(number, where));
    list.emplace_back(std::string(trim(item.substr(0, comma))), count);
  }
  return list;
}

std::string list_text(const NamedCounts& list) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : list) parts.push_back(fmt::format("{}, {}", name, count));
  return join(parts, "; ");
}

bool is_count(const std::string& name) {
  for (const PrismaName& known : prisma_names())
    if (known.name == name) return true;
  return false;
}

}  // namespace

bool is_prisma2020(const data::Table& table) { return table.find("data") && table.find("n") && table.find("box"); }

Expected<Prisma> read_prisma2020(const data::Table& table) {
  HR_TRY(const std::size_t data_col, table.column("data"));
  HR_TRY(const std::size_t n_col, table.column("n"));
  Prisma prisma;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string name(table.cell(row, data_col));
    const std::string_view text = table.cell(row, n_col);
    const std::string where = table.where(row, n_col);
    if (const ListRow* list = list_row(name)) {
      HR_TRY(prisma.*(list->list), read_list(text, where));
    } else if (is_count(name) && !unknown(text)) {
      HR_TRY(const long count, count_of(text, where));
      HR_CHECK(set_count(prisma, name, count, where));
    }
  }
  return prisma;
}

Expected<data::Table> write_prisma2020(const Prisma& prisma, const data::Table& layout) {
  HR_TRY(const std::size_t data_col, layout.column("data"));
  HR_TRY(const std::size_t n_col, layout.column("n"));
  std::vector<std::vector<std::string>> rows;
  std::set<std::string> written;
  for (std::size_t i = 0; i < layout.rows(); ++i) {
    std::vector<std::string> cells;
    for (std::size_t j = 0; j < layout.cols(); ++j) cells.emplace_back(layout.cell(i, j));
    const std::string name = cells[data_col];
    if (const ListRow* list = list_row(name))
      cells[n_col] = list_text(prisma.*(list->list));
    else if (is_count(name))
      cells[n_col] = prisma.find(name) ? std::to_string(*prisma.find(name)) : "";
    written.insert(name);
    rows.push_back(std::move(cells));
  }
  for (const PrismaName& known : prisma_names()) {
    const auto count = prisma.find(known.name);
    if (!count || written.count(known.name)) continue;
    std::vector<std::string> cells(layout.cols());
    cells[data_col] = known.name;
    if (const auto words = layout.find("description")) cells[*words] = known.words;
    cells[n_col] = std::to_string(*count);
    rows.push_back(std::move(cells));
  }
  return data::Table::create("prisma.csv", layout.names(), rows);
}

Expected<data::Table> prisma2020_layout() {
  std::vector<std::vector<std::string>> rows;
  for (const LayoutRow& row : kLayout) {
    const std::string name = row.name ? row.name : "NA";
    const std::string words = row.words ? row.words : words_of(name);
    rows.push_back(
        {name, *row.node ? row.node : "NA", row.box, words, words, words, row.name ? name + ".html" : "NA", ""});
  }
  return data::Table::create("prisma.csv", kColumns, rows);
}

}  // namespace hedgerow::review
