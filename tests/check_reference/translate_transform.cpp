#include "translate_transform.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "data/expression.hpp"
#include "r_value.hpp"

namespace hedgerow::check {
namespace {

Error unsupported(const Call& call, const std::string& argument) {
  return make_error(ErrorCode::not_supported,
                    fmt::format("{}({} = {})", call.function, argument, call.source(argument).value_or("")));
}

/// Numbers written out, or an expression of columns: dat$x / dat$n.
Expected<stats::Vector> numbers(const RExpr& expression, const data::Table* table) {
  const Expected<RValue> written = evaluate_r(expression);
  if (written) return written->numbers;
  if (!table) return written.error();
  std::string text = to_text(expression);
  for (std::size_t at = text.find("dat$"); at != std::string::npos; at = text.find("dat$", at)) text.erase(at, 4);
  return data::evaluate_numbers(text, *table);
}

Checked set(engine::TransformRequest& request, const std::string& name, const RExpr& expression,
            const data::Table* table, const Error& otherwise) {
  effect::TransformArguments& with = request.with;
  HR_TRY(stats::Vector values, numbers(expression, table));
  for (const auto& [known, list] : {std::pair{"ni", &with.ni},
                                    {"n1i", &with.n1i},
                                    {"n2i", &with.n2i},
                                    {"ti", &with.ti},
                                    {"pc", &with.pc},
                                    {"pi", &with.pi},
                                    {"sd", &with.sd},
                                    {"tau2", &with.tau2}}) {
    if (name == known) {
      *list = std::move(values);
      return {};
    }
  }
  if (name != "lower" && name != "upper") return otherwise;
  (name == "lower" ? with.lower : with.upper) = values.at(0);
  return {};
}

/// targs = list(tau2 = 0.09), or the standard deviation of dtomd as a number.
Checked set_list(engine::TransformRequest& request, const Call& call, const data::Table* table) {
  HR_TRY(const auto list, call.expression("targs"));
  if (!list->is_call("list")) return set(request, "sd", *list, table, unsupported(call, "targs"));
  for (std::size_t i = 0; i < list->args.size(); ++i)
    HR_CHECK(set(request, list->names[i], list->args[i], table, unsupported(call, "targs")));
  return {};
}

bool is_setting(const std::string& argument) {
  for (const char* name : {"data", "append", "var.names", "replace", "digits"})
    if (argument == name) return true;
  return false;
}

}  // namespace

bool transforms_numbers(const Call& call) {
  const auto function = call.word("FUN");
  return call.function.starts_with("transf.") || call.function == "conv.delta" ||
         (call.function == "sapply" && function && function->starts_with("transf."));
}

Expected<engine::TransformRequest> translate_transform(const Call& call, const data::Table* table) {
  engine::TransformRequest request;
  const bool delta = call.function == "conv.delta";
  request.name = delta ? call.word("transf").value_or("") : call.word("FUN").value_or(call.function);
  for (const auto& [argument, given] : call.arguments) {
    if (argument == "FUN" || argument == "transf" || (delta && is_setting(argument))) continue;
    if (argument == "targs") {
      HR_CHECK(set_list(request, call, table));
      continue;
    }
    HR_TRY(const auto expression, call.expression(argument));
    if (argument == "X" || argument == "xi" || argument == "yi") {
      HR_TRY(request.values, numbers(*expression, table));
    } else if (delta && argument == "vi") {
      HR_TRY(request.vi, numbers(*expression, table));
    } else {
      HR_CHECK(set(request, argument, *expression, table, unsupported(call, argument)));
    }
  }
  return request;
}

Json transform_fields(const Call& call, const engine::Block& block) {
  const auto list = [](const stats::Vector& values) {
    Json out = Json::array();
    for (const double value : values) out.push_back(std::isfinite(value) ? Json(value) : Json());
    return out;
  };
  if (call.function != "conv.delta") return Json{{"values", list(block.vector("values"))}};
  std::string names[] = {"yi", "vi"};
  const RExpr* given = call.find("var.names");
  for (std::size_t i = 0; given && i < 2 && i < given->args.size(); ++i) {
    names[i] = given->args[i].text;
    std::replace(names[i].begin(), names[i].end(), '.', '_');  // As the corpus writes names.
  }
  return Json{{names[0], list(block.vector("values"))}, {names[1], list(block.vector("vi"))}};
}

}  // namespace hedgerow::check
