// Reads one JSON object field by field and refuses the fields that nobody asked for.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::engine {

/// Errors are collected: the first one is what finish() returns. A field of the wrong type or an unknown field is named
/// with its path ("job.model.method").
class JsonReader {
 public:
  using Json = nlohmann::ordered_json;

  JsonReader(const Json& json, std::string path);

  void read(const char* name, std::string& out);
  void read(const char* name, bool& out);
  void read(const char* name, double& out);
  void read(const char* name, std::size_t& out);
  void read(const char* name, std::optional<double>& out);
  void read(const char* name, std::optional<std::string>& out);
  void read(const char* name, std::vector<std::string>& out);
  void read(const char* name, std::vector<std::size_t>& out);
  void read(const char* name, stats::Vector& out);
  void read(const char* name, std::vector<std::optional<double>>& out);
  void read(const char* name, stats::Matrix& out);
  void read(const char* name, std::optional<stats::Matrix>& out);
  /// An object as name -> text, in the order of the file.
  void read(const char* name, std::vector<std::pair<std::string, std::string>>& out);
  /// An object as name -> number, in the order of the file.
  void read(const char* name, std::vector<std::pair<std::string, double>>& out);

  /// The field as JSON, or null if it is absent.
  const Json* child(const char* name);
  std::string path(const std::string& name) const { return path_ + "." + name; }
  void fail(const std::string& field, const std::string& expected);
  void fail(Error error);

  /// The first error: wrong types first, then unknown fields.
  Checked finish();

 private:
  template <class T, class Accept>
  void take(const char* name, T& out, Accept accept, const char* expected);

  const Json& json_;
  std::string path_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

}  // namespace hedgerow::engine
