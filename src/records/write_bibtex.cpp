#include "records/write.hpp"

namespace hedgerow::records {

std::string write_bibtex(std::span<const Record>, std::span<const Extra>) { return ""; }

}  // namespace hedgerow::records
