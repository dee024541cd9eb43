#include "records/write.hpp"

namespace hedgerow::records {

std::string write_ris(std::span<const Record>, std::span<const Extra>) { return ""; }

}  // namespace hedgerow::records
