#include "workflow/order_file.hpp"

#include <charconv>

#include "base/file.hpp"

namespace hedgerow::workflow {
namespace {

std::string first_line(const std::string& key) { return "hedgerow-order 2 " + key + "\n"; }

}  // namespace

std::optional<KeptOrder> read_order(const std::string& path, const std::string& key) {
  const auto bytes = read_file(path);
  const std::string head = first_line(key);
  if (!bytes || bytes->compare(0, head.size(), head) != 0) return std::nullopt;
  const char* at = bytes->data() + head.size();
  const char* const end = bytes->data() + bytes->size();
  KeptOrder kept;
  while (at != end) {
    std::vector<std::int64_t>& list = *at == '=' ? kept.included : *at == '!' ? kept.excluded : kept.order;
    std::int64_t record = 0;
    const auto [after, error] = std::from_chars(at + (&list == &kept.order ? 0 : 1), end, record);
    if (error != std::errc() || after == end || *after != '\n') break;
    list.push_back(record);
    at = after + 1;
  }
  if (std::string_view(at, static_cast<std::size_t>(end - at)) != "end\n") return std::nullopt;
  return kept;
}

void keep_order(const std::string& path, const std::string& key, const KeptOrder& kept) {
  std::string bytes = first_line(key);
  const auto add = [&](const char* mark, const std::vector<std::int64_t>& records) {
    for (const std::int64_t record : records) ((bytes += mark) += std::to_string(record)) += '\n';
  };
  add("=", kept.included);
  add("!", kept.excluded);
  add("", kept.order);
  [[maybe_unused]] const Checked written = write_file(path, bytes + "end\n");
}

}  // namespace hedgerow::workflow
