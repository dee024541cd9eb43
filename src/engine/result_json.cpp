// JSON form of a Result (docs/formats/job-and-result.md).
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/detail/prepare_json.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  // A count reads as 13, not 13.0; beyond 2^53 a double is no count.
  if (value == std::floor(value) && std::fabs(value) < 9007199254740992.0) return static_cast<std::int64_t>(value);
  return value;
}

Json numbers(const stats::Vector& values) {
  Json out = Json::array();
  for (double value : values) out.push_back(number(value));
  return out;
}

Json matrix(const stats::Matrix& values) {
  Json out = Json::array();
  for (std::size_t i = 0; i < values.rows(); ++i) {
    const auto row = values.row(i);
    out.push_back(numbers(stats::Vector(row.begin(), row.end())));
  }
  return out;
}

Json block_json(const Block& block);

Json value_json(const Value& value) {
  struct Visitor {
    Json operator()(double v) const { return number(v); }
    Json operator()(bool v) const { return v; }
    Json operator()(const std::string& v) const { return v; }
    Json operator()(const stats::Vector& v) const { return numbers(v); }
    Json operator()(const std::vector<std::string>& v) const { return v; }
    Json operator()(const std::vector<bool>& v) const { return v; }
    Json operator()(const stats::Matrix& v) const { return matrix(v); }
    Json operator()(const std::vector<Block>& v) const {
      Json out = Json::array();
      for (const Block& block : v) out.push_back(block_json(block));
      return out;
    }
    Json operator()(const Nested& v) const { return block_json(v.content.front()); }
  };
  return std::visit(Visitor{}, value);
}

void add_fields(Json& out, const Block& block) {
  if (!block.method.empty()) out["method"] = block.method;
  if (!block.rows.empty()) out["rows"] = block.rows;
  for (const Field& field : block.fields) out[field.first] = value_json(field.second);
}

Json block_json(const Block& block) {
  Json out = Json::object();
  add_fields(out, block);
  return out;
}

Json quantities(const std::vector<effect::Quantity>& list) {
  Json out = Json::object();
  for (const effect::Quantity& quantity : list) out[quantity.name] = number(quantity.value);
  return out;
}

Json record_json(const EffectRows& rows, std::size_t i) {
  const effect::Record& record = rows.effects.records[i];
  Json out{{"row", rows.row[i] + 1}, {"where", rows.where(i)}, {"method", record.method}};
  out["inputs"] = quantities(record.inputs);
  out["steps"] = quantities(record.steps);
  if (!record.note.empty()) out["note"] = record.note;
  return out;
}

// The blocks of V, rows counted from 1 among the effects; only where the effects are what was asked for.
Json covariance_json(const EffectRows& rows, bool with_blocks) {
  Json out{{"assumed", rows.v_assumed}};
  if (!with_blocks) return out;
  out["blocks"] = Json::array();
  for (std::size_t b = 0; b < rows.v->blocks(); ++b) {
    const stats::BlockMatrix::Block block = rows.v->block(b);
    Json one{{"rows", Json::array()}, {"matrix", Json::array()}};
    for (std::size_t i = 0; i < block.size(); ++i) {
      one["rows"].push_back(block.rows[i] + 1);
      const auto row = block.values.subspan(i * block.size(), block.size());
      one["matrix"].push_back(numbers(stats::Vector(row.begin(), row.end())));
    }
    out["blocks"].push_back(std::move(one));
  }
  return out;
}

Json effects_json(const EffectRows& rows, bool only_effects) {
  Json out{{"method", rows.method}, {"rows", row_ranges(rows.row)}, {"measure", rows.effects.measure}};
  out["slab"] = Json::array();
  for (std::size_t i = 0; i < rows.row.size(); ++i) out["slab"].push_back(rows.label(i));
  out["yi"] = numbers(rows.effects.yi);
  out["vi"] = numbers(rows.effects.vi);
  if (!rows.effects.ni.empty()) out["ni"] = numbers(rows.effects.ni);
  if (rows.v) out["covariance"] = covariance_json(rows, only_effects);
  if (rows.intervals) {
    const effect::StudyIntervals& made = *rows.intervals;
    out["intervals"] =
        Json{{"method", made.method},    {"level", made.request.level},  {"estimate", numbers(made.estimate)},
             {"sei", numbers(made.sei)}, {"ci_lb", numbers(made.ci_lb)}, {"ci_ub", numbers(made.ci_ub)}};
    if (!made.zval.empty()) out["intervals"]["zval"] = numbers(made.zval);
    if (!made.pval.empty()) out["intervals"]["pval"] = numbers(made.pval);
  }
  if (!rows.effects.records.empty()) {
    out["records"] = Json::array();
    for (std::size_t i = 0; i < rows.effects.records.size(); ++i) out["records"].push_back(record_json(rows, i));
  }
  return out;
}

Json error_json(const Error& error) {
  Json out{{"code", name(error.code)}, {"message", error.message}};
  if (!error.where.empty()) out["where"] = error.where;
  return out;
}

}  // namespace

std::string to_json(const Result& result) {
  Json out{{"schema", kResultSchema}, {"version", kVersion}};
  out["job"] = Json::parse(to_json(result.job));
  out["data"] = Json{{"file", result.effects.table->source()}, {"rows", result.effects.table->rows()}};
  out["effects"] = effects_json(result.effects, !result.fit);
  if (!result.effects.prepared.empty()) out["recovered"] = recovered_json(result.effects.recovered);
  out["dropped"] = Json::array();
  for (const Dropped& dropped : result.dropped)
    out["dropped"].push_back({{"row", dropped.row + 1}, {"where", dropped.where}, {"reason", dropped.reason}});
  out["warnings"] = result.warnings;
  if (result.fit) out["fit"] = block_json(*result.fit);
  out["answers"] = Json::array();
  for (const Answer& answer : result.answers) {
    Json one{{"name", answer.name}, {"ask", answer.ask}};
    if (answer.error)
      one["error"] = error_json(*answer.error);
    else
      add_fields(one, answer.block);
    out["answers"].push_back(std::move(one));
  }
  return out.dump(1) + "\n";
}

}  // namespace hedgerow::engine
