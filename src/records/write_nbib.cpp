#include "records/write.hpp"

namespace hedgerow::records {

std::string write_nbib(std::span<const Record>, std::span<const Extra>) { return ""; }

}  // namespace hedgerow::records
