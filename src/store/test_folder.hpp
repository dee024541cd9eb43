// For tests: a folder that ends with its scope, and events to fill a store with.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "store/store.hpp"

namespace hedgerow::store {

class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hedgerow-store-XXXXXX").string();
    HR_ASSERT(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

inline Event a_vote(const std::string& author, std::int64_t record) {
  Event event;
  event.kind = "vote";
  event.author = author;
  event.record = record;
  event.stage = "abstract";
  event.value = "include";
  return event;
}

inline Event an_import(const std::string& author) {
  Event event;
  event.kind = "import";
  event.author = author;
  event.value = "database";
  event.detail = R"({"name": "Scopus", "file": "a.ris"})";
  return event;
}

}  // namespace hedgerow::store
