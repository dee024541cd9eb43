// libFuzzer target of data::parse_csv: a table or an error, never a crash.
#include <cstdint>
#include <string>

#include "data/readers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table = hedgerow::data::parse_csv(std::string(reinterpret_cast<const char*>(data), size), "input.csv");
  return table.ok() || !table.error().message.empty() ? 0 : -1;
}
