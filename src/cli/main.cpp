#include "cli/commands.hpp"

int main(int argc, char** argv) { return hedgerow::cli::run(argc, argv); }
