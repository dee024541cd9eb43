# Peer of bench_robust on the same file: Rscript robust.R FILE. Prints CPU ms of clubSandwich's CR2 covariance with
# Satterthwaite tests (the fit is not counted), then standard error and df of the slope.
suppressWarnings(suppressMessages({
  library(metafor)
  library(clubSandwich)
}))
d <- read.csv(commandArgs(TRUE)[1])
fit <- rma(yi, vi, mods = ~ x1, tau2 = 0.1, data = d)
t0 <- proc.time()
V <- vcovCR(fit, cluster = d$study, type = "CR2")
test <- coef_test(fit, vcov = V, test = "Satterthwaite")
t1 <- proc.time()
cat(sprintf("%.4g %.12g %.12g\n", 1e3 * sum((t1 - t0)[1:2]), test$SE[2], test[[grep("^df", names(test))[1]]][2]))
