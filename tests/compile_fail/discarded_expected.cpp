// An Error that nobody looks at is lost, so a discarded Expected must not compile.
// expect: unused-result
#include "base/expected.hpp"

hedgerow::Expected<int> parse();

int main() { parse(); }
