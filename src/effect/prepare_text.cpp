// Steps as text: "sd_from_se(se = se1, n = n1) -> sd = sd1".

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "effect/detail/prepare_kind.hpp"

namespace hedgerow::effect {
namespace {

std::string unquoted(std::string_view text) {
  text = trim(text);
  const bool quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

/// Parts between separators that are outside of brackets and quotes.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> out;
  std::string part;
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"' || c == '`') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if ((c == ',' || c == ';') && depth == 0) {
      out.push_back(part);
      part.clear();
      continue;
    }
    part += c;
  }
  if (!trim(part).empty() || !out.empty()) out.push_back(part);
  return out;
}

/// "name = value"; a sign of comparison is none of assignment.
std::pair<std::string, std::string> assignment(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos || at == 0 || (at + 1 < text.size() && text[at + 1] == '=')) return {"", unquoted(text)};
  return {std::string(trim(text.substr(0, at))), unquoted(text.substr(at + 1))};
}

Error bad_step(const std::string& text, const std::string& why) {
  return make_error(ErrorCode::usage,
                    fmt::format("'{}': {}; a step looks like sd_from_se(se = se1, n = n1) -> sd = sd1", text, why));
}

Expected<bool> truth(const std::string& text, const std::string& value) {
  const std::string lower = to_lower(value);
  if (lower == "true" || lower == "yes" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "0") return false;
  return bad_step(text, fmt::format("expected true or false, found '{}'", value));
}

Checked take(PrepareStep& step, const detail::PrepareKind& kind, const std::string& text, const std::string& part) {
  const auto [name, value] = assignment(part);
  if (name.empty() || value.empty()) return bad_step(text, fmt::format("'{}' is not name = value", trim(part)));
  if (name == "rows") {
    step.rows = value;
  } else if (name == "overwrite") {
    HR_TRY(step.overwrite, truth(text, value));
  } else if (name == "append") {
    HR_TRY(step.append, truth(text, value));
  } else if (std::find(kind.options.begin(), kind.options.end(), name) != kind.options.end()) {
    step.options[name] = value;
  } else {
    step.columns[name] = value;
  }
  return {};
}

Checked take_outputs(PrepareStep& step, const detail::PrepareKind& kind, const std::string& text,
                     std::string_view outputs) {
  std::size_t position = 0;
  for (const std::string& part : parts_of(outputs)) {
    auto [name, value] = assignment(part);
    if (value.empty()) return bad_step(text, "an output has no column");
    if (name.empty()) {
      if (position >= kind.outputs.size()) return bad_step(text, "there are more columns than outputs");
      name = kind.outputs[position++];
    }
    step.into[name] = value;
  }
  return {};
}

}  // namespace

Expected<PrepareStep> parse_prepare_step(const std::string& text) {
  const std::size_t open = text.find('('), arrow = text.rfind("->");
  const std::size_t close = text.rfind(')', arrow == std::string::npos ? arrow : arrow);
  if (open == std::string::npos || close == std::string::npos || close < open)
    return bad_step(text, "brackets are missing");
  const bool has_arrow = arrow != std::string::npos && arrow > close;
  if (!trim(text.substr(close + 1, has_arrow ? arrow - close - 1 : std::string::npos)).empty())
    return bad_step(text, "there is more after the brackets");
  PrepareStep step;
  step.method = std::string(trim(text.substr(0, open)));
  HR_TRY(const detail::PrepareKind* kind, detail::find_prepare_kind(step.method));
  for (const std::string& part : parts_of(text.substr(open + 1, close - open - 1)))
    HR_CHECK(take(step, *kind, text, part));
  if (has_arrow) HR_CHECK(take_outputs(step, *kind, text, text.substr(arrow + 2)));
  return step;
}

std::string prepare_text(const PrepareStep& step) {
  std::vector<std::string> parts, outputs;
  const auto quoted = [](const std::string& value) {
    return value.find_first_of(",;()=") == std::string::npos ? value : "'" + value + "'";
  };
  for (const auto& [name, value] : step.columns) parts.push_back(name + " = " + value);
  for (const auto& [name, value] : step.options) parts.push_back(name + " = " + quoted(value));
  if (!step.rows.empty()) parts.push_back("rows = " + quoted(step.rows));
  if (step.overwrite) parts.emplace_back("overwrite = true");
  if (!step.append) parts.emplace_back("append = false");
  for (const auto& [name, column] : step.into) outputs.push_back(name + " = " + column);
  return fmt::format("{}({}){}", step.method, join(parts, ", "), outputs.empty() ? "" : " -> " + join(outputs, ", "));
}

}  // namespace hedgerow::effect
