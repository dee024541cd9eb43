#include "engine/detail/json_reader.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::engine {
namespace {

using Json = JsonReader::Json;

bool numeric_array(const Json& json) {
  return json.is_array() &&
         std::all_of(json.begin(), json.end(), [](const Json& v) { return v.is_number() || v.is_null(); });
}

double number_or_missing(const Json& json) { return json.is_null() ? kMissing : json.get<double>(); }

}  // namespace

JsonReader::JsonReader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
  if (!json_.is_object()) fail(make_error(ErrorCode::usage, "expected a JSON object", path_));
}

const Json* JsonReader::child(const char* name) {
  known_.emplace_back(name);
  if (!json_.is_object() || !json_.contains(name) || json_[name].is_null()) return nullptr;
  return &json_[name];
}

void JsonReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void JsonReader::fail(const std::string& field, const std::string& expected) {
  fail(make_error(ErrorCode::usage, fmt::format("expected {}", expected), path(field)));
}

template <class T, class Accept>
void JsonReader::take(const char* name, T& out, Accept accept, const char* expected) {
  const Json* json = child(name);
  if (!json) return;
  if (!accept(*json, out)) fail(name, expected);
}

void JsonReader::read(const char* name, std::string& out) {
  take(
      name, out, [](const Json& j, std::string& o) { return j.is_string() && (o = j.get<std::string>(), true); },
      "a text");
}

void JsonReader::read(const char* name, bool& out) {
  take(
      name, out, [](const Json& j, bool& o) { return j.is_boolean() && (o = j.get<bool>(), true); }, "true or false");
}

void JsonReader::read(const char* name, double& out) {
  take(
      name, out, [](const Json& j, double& o) { return j.is_number() && (o = j.get<double>(), true); }, "a number");
}

void JsonReader::read(const char* name, std::size_t& out) {
  take(
      name, out,
      [](const Json& j, std::size_t& o) { return j.is_number_unsigned() && (o = j.get<std::size_t>(), true); },
      "a number from 0");
}

void JsonReader::read(const char* name, std::optional<double>& out) {
  double value = 0;
  const bool present = child(name) != nullptr;
  read(name, value);
  if (present) out = value;
}

void JsonReader::read(const char* name, std::optional<std::string>& out) {
  std::string value;
  const bool present = child(name) != nullptr;
  read(name, value);
  if (present) out = value;
}

void JsonReader::read(const char* name, std::vector<std::string>& out) {
  take(
      name, out,
      [](const Json& j, std::vector<std::string>& o) {
        if (!j.is_array() || !std::all_of(j.begin(), j.end(), [](const Json& v) { return v.is_string(); }))
          return false;
        o = j.get<std::vector<std::string>>();
        return true;
      },
      "an array of texts");
}

void JsonReader::read(const char* name, std::vector<std::size_t>& out) {
  take(
      name, out,
      [](const Json& j, std::vector<std::size_t>& o) {
        const auto count = [](const Json& v) { return v.is_number_unsigned(); };
        if (!j.is_array() || !std::all_of(j.begin(), j.end(), count)) return false;
        o = j.get<std::vector<std::size_t>>();
        return true;
      },
      "an array of numbers from 1");
}

void JsonReader::read(const char* name, stats::Vector& out) {
  take(
      name, out,
      [](const Json& j, stats::Vector& o) {
        if (!numeric_array(j)) return false;
        for (const Json& v : j) o.push_back(number_or_missing(v));
        return true;
      },
      "an array of numbers");
}

void JsonReader::read(const char* name, std::vector<std::optional<double>>& out) {
  take(
      name, out,
      [](const Json& j, std::vector<std::optional<double>>& o) {
        if (!numeric_array(j)) return false;
        for (const Json& v : j) o.push_back(v.is_null() ? std::nullopt : std::optional<double>(v.get<double>()));
        return true;
      },
      "an array of numbers and nulls");
}

void JsonReader::read(const char* name, stats::Matrix& out) {
  take(
      name, out,
      [](const Json& j, stats::Matrix& o) {
        if (!j.is_array() || j.empty() || !std::all_of(j.begin(), j.end(), numeric_array)) return false;
        o = stats::Matrix(j.size(), j[0].size());
        for (std::size_t r = 0; r < j.size(); ++r) {
          if (j[r].size() != o.cols()) return false;
          for (std::size_t c = 0; c < o.cols(); ++c) o(r, c) = number_or_missing(j[r][c]);
        }
        return true;
      },
      "an array of rows of numbers, all of one length");
}

void JsonReader::read(const char* name, std::optional<stats::Matrix>& out) {
  stats::Matrix value;
  const bool present = child(name) != nullptr;
  read(name, value);
  if (present) out = std::move(value);
}

void JsonReader::read(const char* name, std::vector<std::pair<std::string, std::string>>& out) {
  take(
      name, out,
      [](const Json& j, std::vector<std::pair<std::string, std::string>>& o) {
        if (!j.is_object()) return false;
        for (const auto& [key, value] : j.items()) {
          if (!value.is_string()) return false;
          o.emplace_back(key, value.template get<std::string>());
        }
        return true;
      },
      "an object of texts");
}

void JsonReader::read(const char* name, std::vector<std::pair<std::string, double>>& out) {
  take(
      name, out,
      [](const Json& j, std::vector<std::pair<std::string, double>>& o) {
        if (!j.is_object()) return false;
        for (const auto& [key, value] : j.items()) {
          if (!value.is_number()) return false;
          o.emplace_back(key, value.template get<double>());
        }
        return true;
      },
      "an object of numbers");
}

Checked JsonReader::finish() {
  if (error_) return *error_;
  for (const auto& [key, value] : json_.items())
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
      return make_error(ErrorCode::usage, fmt::format("unknown field{}", did_you_mean(key, known_)), path(key));
  return {};
}

}  // namespace hedgerow::engine
