#include "call.hpp"

#include <fmt/core.h>

#include <map>
#include <nlohmann/json.hpp>

namespace hedgerow::check {
namespace {

using Json = nlohmann::json;

/// Leading formal arguments of the functions that are called with positional arguments.
const std::map<std::string, std::vector<std::string>, std::less<>>& signatures() {
  static const std::map<std::string, std::vector<std::string>, std::less<>> table{
      {"rma", {"yi", "vi", "sei"}},
      {"rma.uni", {"yi", "vi", "sei"}},
      {"rma.mv", {"yi", "V", "W"}},
      {"anova", {"object", "object2"}},
      {"predict", {"object"}},
      {"robust", {"x", "cluster"}},
      {"fsn", {"x", "vi", "sei"}},
      {"tes", {"x", "vi", "sei"}},
      {"baujat", {"x"}},
      {"radial", {"x"}},
      {"galbraith", {"x"}},
      {"gosh", {"x"}},
      {"permutest", {"x"}},
      {"hc", {"object"}},
      {"blup", {"x"}},
      {"vcov", {"object"}},
  };
  return table;
}

RExpr name_expression(std::string text) {
  RExpr out;
  out.text = std::move(text);
  return out;
}

RExpr from_json(const Json& value) {
  if (value.is_boolean()) return name_expression(value.get<bool>() ? "TRUE" : "FALSE");
  if (value.is_null()) return name_expression("NA");
  RExpr out;
  if (value.is_number()) {
    out.kind = RExpr::Kind::number;
    out.number = value.get<double>();
  } else if (value.is_array()) {
    out.kind = RExpr::Kind::call;
    out.text = !value.empty() && value[0].is_array() ? "rbind" : "c";
    for (const Json& element : value) out.args.push_back(from_json(element));
    out.names.resize(out.args.size());
  } else {
    out.kind = RExpr::Kind::text;
    out.text = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return out;
}

}  // namespace

const RExpr* Call::find(std::string_view name) const {
  for (const auto& [key, value] : arguments)
    if (key == name) return &value;
  return nullptr;
}

std::optional<std::string> Call::word(std::string_view name) const {
  const RExpr* value = find(name);
  if (!value || (value->kind != RExpr::Kind::text && value->kind != RExpr::Kind::name)) return {};
  return value->text;
}

std::optional<std::string> Call::source(std::string_view name) const {
  const RExpr* value = find(name);
  if (!value) return {};
  return value->kind == RExpr::Kind::text ? value->text : to_text(*value);
}

Expected<std::optional<RExpr>> Call::expression(std::string_view name) const {
  const RExpr* value = find(name);
  if (!value) return std::optional<RExpr>{};
  if (value->kind != RExpr::Kind::text) return std::optional<RExpr>(*value);
  HR_TRY(RExpr parsed, parse_r(value->text));
  return std::optional<RExpr>(std::move(parsed));
}

Expected<Call> call_from_json(const Json& step) {
  Call out;
  out.function = step.at("fn").get<std::string>();
  const Json columns = step.value("columns", Json::object()), options = step.value("options", Json::object());
  for (const auto& [name, column] : columns.items()) {
    // A column is a name, or an expression over columns; a name that is no R name stands as it is.
    auto parsed = parse_r(column.get<std::string>());
    out.arguments.emplace_back(name, parsed ? parsed.take() : name_expression(column.get<std::string>()));
  }
  for (const auto& [name, value] : options.items()) out.arguments.emplace_back(name, from_json(value));
  return out;
}

Expected<Call> call_from_r(const RExpr& e) {
  if (e.kind != RExpr::Kind::call)
    return make_error(ErrorCode::not_supported, fmt::format("'{}' is not a call", to_text(e)));
  Call out{e.text, {}};
  const auto signature = signatures().find(e.text);
  std::size_t position = 0;
  for (std::size_t i = 0; i < e.args.size(); ++i) {
    std::string name = e.names[i];
    if (name.empty()) {
      if (signature == signatures().end() || position >= signature->second.size())
        return make_error(ErrorCode::not_supported, fmt::format("argument {} of '{}'", i + 1, to_text(e)));
      name = signature->second[position++];
    }
    out.arguments.emplace_back(std::move(name), e.args[i]);
  }
  return out;
}

}  // namespace hedgerow::check
