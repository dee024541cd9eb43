#include "workflow/order_file.hpp"

#include <charconv>

#include "base/file.hpp"

namespace hedgerow::workflow {
namespace {

std::string first_line(const std::string& key) { return "hedgerow-order 1 " + key + "\n"; }

}  // namespace

std::optional<std::vector<std::int64_t>> read_order(const std::string& path, const std::string& key) {
  const auto bytes = read_file(path);
  const std::string head = first_line(key);
  if (!bytes || bytes->compare(0, head.size(), head) != 0) return std::nullopt;
  const char* at = bytes->data() + head.size();
  const char* const end = bytes->data() + bytes->size();
  std::vector<std::int64_t> order;
  for (;;) {
    std::int64_t record = 0;
    const auto [after, error] = std::from_chars(at, end, record);
    if (error != std::errc() || after == end || *after != '\n') break;
    order.push_back(record);
    at = after + 1;
  }
  if (std::string_view(at, static_cast<std::size_t>(end - at)) != "end\n") return std::nullopt;
  return order;
}

void keep_order(const std::string& path, const std::string& key, std::span<const std::int64_t> order) {
  std::string bytes = first_line(key);
  for (const std::int64_t record : order) (bytes += std::to_string(record)) += '\n';
  [[maybe_unused]] const Checked written = write_file(path, bytes + "end\n");
}

}  // namespace hedgerow::workflow
