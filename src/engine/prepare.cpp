#include "engine/prepare.hpp"

#include <cmath>

#include "data/readers.hpp"
#include "engine/detail/prepare_json.hpp"

namespace hedgerow::engine {
namespace {

using Json = JsonReader::Json;

Json number_json(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  if (value == std::floor(value) && std::fabs(value) < 9007199254740992.0) return static_cast<std::int64_t>(value);
  return value;
}

Json column_json(const data::Table& table, std::size_t col) {
  Json out = Json::array();
  const bool numeric = table.is_numeric(col);
  const auto numbers = numeric ? table.numbers_at(col) : Expected<stats::Vector>(stats::Vector());
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.missing(i, col))
      out.push_back(nullptr);
    else if (numeric)
      out.push_back(number_json((*numbers)[i]));
    else
      out.push_back(std::string(table.cell(i, col)));
  }
  return out;
}

Json quantities_json(const std::vector<effect::Quantity>& list) {
  Json out = Json::object();
  for (const effect::Quantity& quantity : list) out[quantity.name] = number_json(quantity.value);
  return out;
}

}  // namespace

Json recovered_json(const std::vector<effect::Recovered>& recovered) {
  Json out = Json::array();
  for (const effect::Recovered& one : recovered) {
    Json entry{{"step", one.step + 1}, {"row", one.row + 1}, {"where", one.where}, {"method", one.record.method}};
    entry["inputs"] = quantities_json(one.record.inputs);
    entry["steps"] = quantities_json(one.record.steps);
    if (!one.record.note.empty()) entry["note"] = one.record.note;
    if (one.imputed) entry["imputed"] = true;
    out.push_back(std::move(entry));
  }
  return out;
}

Expected<PreparedTable> prepare_table(const DataRequest& request) {
  PreparedTable out;
  out.before = request.table;
  if (!out.before) {
    HR_TRY(data::Table table, data::read_table(request.file));
    out.before = std::make_shared<const data::Table>(std::move(table));
  }
  out.table = out.before;
  if (request.prepare.empty()) return out;
  HR_TRY(effect::Prepared prepared, effect::prepare(*out.before, request.prepare));
  out.table = std::make_shared<const data::Table>(std::move(prepared.table));
  out.steps = request.prepare;
  out.recovered = std::move(prepared.recovered);
  out.warnings = std::move(prepared.warnings);
  return out;
}

std::string to_json(const PreparedTable& prepared) {
  Json out{{"schema", kTableSchema}};
  out["data"] = Json{{"file", prepared.table->source()}, {"rows", prepared.table->rows()}};
  out["prepare"] = Json::array();
  for (const effect::PrepareStep& step : prepared.steps) out["prepare"].push_back(step_json(step));
  out["columns"] = Json::object();
  for (std::size_t j = 0; j < prepared.table->cols(); ++j)
    out["columns"][prepared.table->names()[j]] = column_json(*prepared.table, j);
  out["recovered"] = recovered_json(prepared.recovered);
  out["warnings"] = prepared.warnings;
  return out.dump(1) + "\n";
}

std::string to_csv(const data::Table& table) {
  const auto quoted = [](std::string_view text) {
    if (text.find_first_of(",\"\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
  };
  std::string out;
  for (std::size_t j = 0; j < table.cols(); ++j) out += (j > 0 ? "," : "") + quoted(table.names()[j]);
  out += '\n';
  for (std::size_t i = 0; i < table.rows(); ++i) {
    for (std::size_t j = 0; j < table.cols(); ++j)
      out += (j > 0 ? "," : "") + (table.missing(i, j) ? std::string() : quoted(table.cell(i, j)));
    out += '\n';
  }
  return out;
}

}  // namespace hedgerow::engine
