# Design matrices by R's model.matrix, for formula_test.cpp. Run in this folder: Rscript make_cases.R > cases.txt
# R sorts levels in a UTF-8 locale here (not in C).
formulas <- readLines("formulas.txt")
dat <- read.csv("small.csv", na.strings = "")
for (text in formulas) {
  f <- as.formula(text)
  X <- model.matrix(f, model.frame(f, dat, na.action = na.pass))
  colnames(X)[colnames(X) == "(Intercept)"] <- "intrcpt"
  cat("== ", text, "\n", sep = "")
  cat(paste(colnames(X), collapse = "\t"), "\n", sep = "")
  for (i in seq_len(nrow(X))) cat(paste(ifelse(is.na(X[i, ]), "NA", sprintf("%.17g", X[i, ])), collapse = "\t"), "\n", sep = "")
}
