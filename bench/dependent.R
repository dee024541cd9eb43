# Peers of bench_dependent on the same file: Rscript dependent.R WORKLOAD FILE sparse|dense|lme4
# Prints "cpu_seconds loglik peak_MiB" of the call alone (V included where there is one; reading the file is not).
# lme4 cannot hold the sampling variances fixed: same work, other estimates, so its log-likelihood is not compared.
suppressWarnings(suppressMessages(library(metafor)))
args <- commandArgs(TRUE)
workload <- args[1]
engine <- args[3]
d <- read.csv(args[2])
d$row <- seq_len(nrow(d))
sparse <- engine == "sparse"

errors <- function(d) {
  per_study <- lapply(split(d$vi, factor(d$study, unique(d$study))), function(v) {
    V <- 0.6 * sqrt(v %o% v)
    diag(V) <- v
    V
  })
  V <- metafor::bldiag(per_study)
  if (sparse) Matrix::Matrix(V, sparse = TRUE) else V
}

lme4_fit <- function(formula) {
  lme4::lmer(formula, weights = 1 / vi, data = d, control = lme4::lmerControl(
    calc.derivs = FALSE, check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore"))
}

three_level <- function(V) rma.mv(yi, V, mods = ~ x1, random = ~ 1 | study/row, data = d, sparse = sparse)

run <- switch(workload,
  "three-level" = function()
    if (engine == "lme4") lme4_fit(yi ~ x1 + (1 | study) + (1 | row)) else three_level(d$vi),
  "che" = function() three_level(errors(d)),
  "un" = function()
    rma.mv(yi, errors(d), mods = ~ outcome - 1, random = ~ outcome | study, struct = "UN", data = d, sparse = sparse),
  "crossed" = function()
    if (engine == "lme4") lme4_fit(yi ~ x1 + (1 | study) + (1 | instrument) + (1 | row)) else
      rma.mv(yi, vi, mods = ~ x1, random = list(~ 1 | study, ~ 1 | instrument, ~ 1 | row), data = d, sparse = sparse),
  "profile" = {
    fit <- three_level(d$vi)
    function() { confint(fit); fit }
  })

seconds <- function(run) {
  time <- system.time(result <<- run())
  time[["user.self"]] + time[["sys.self"]]
}
time <- seconds(run)
if (time < 3) time <- median(c(time, seconds(run), seconds(run)))
status <- readLines("/proc/self/status")
peak <- as.numeric(gsub("\\D", "", grep("VmHWM", status, value = TRUE))) / 1024
cat(sprintf("%.6g %.9f %.0f\n", time, as.numeric(logLik(result)), peak))
