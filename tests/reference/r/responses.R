# An independent reading of responses.csv in R: every measure of the round with error, degrees of freedom and interval.
#
#   Rscript responses.R responses.csv codebook.csv
#
# The codebook says which columns are scored (area, criterion) and what each of their codes counts (score). A share is the
# weighted mean of what the answers count; a measure is the plain mean of its items' shares; an empty cell is NA, and
# nothing here knows the codes of missing answers. PSUs are taken as drawn with replacement in their strata; a stratum with
# one PSU counts as the others of the agency do on average. Prints agency,measure,value,se,df,n,low,high.
#
# Base R computes. Where the package survey is installed, it computes the same with svydesign, svyratio, svytotal and
# svycontrast, and the script stops where the two differ by more than 1e-9.

arguments <- commandArgs(trailingOnly = TRUE)
read <- function(path, ...) {
  read.csv(path, fileEncoding = "UTF-8-BOM", check.names = FALSE, stringsAsFactors = FALSE, na.strings = "", ...)
}
answers <- read(arguments[1], colClasses = c(agency = "character", stratum = "character", psu = "character"))
codebook <- read(arguments[2], colClasses = c(column = "character", area = "character", criterion = "character"))
level <- 0.95

scored <- codebook[!is.na(codebook$area), ]
items <- scored$column
measures <- c(
  list(index = items),
  lapply(split(items, factor(scored$area, unique(scored$area))), identity),
  lapply(split(items, factor(scored$criterion, unique(scored$criterion))), identity),
  setNames(as.list(items), items)
)

# What each answer counts: a column for each item, NA where there is no answer.
counted <- lapply(items, function(item) {
  own <- codebook[codebook$column == item & !is.na(codebook$score), ]
  as.numeric(own$score)[match(answers[[item]], as.numeric(own$code))]
})
names(counted) <- items

answers$unit <- paste(answers$stratum, answers$psu, sep = "/")
stratum_of <- tapply(answers$stratum, answers$unit, function(names) names[1])
drawn <- table(stratum_of)

variance_of <- function(score, met) {
  totals <- tapply(score, answers$unit, sum)
  found <- 0
  lonely <- 0
  for (stratum in met) {
    here <- totals[stratum_of[names(totals)] == stratum]
    m <- length(here)
    if (m == 1) {
      lonely <- lonely + 1
    } else {
      found <- found + m / (m - 1) * sum((here - mean(here))^2)
    }
  }
  if (lonely == length(met)) NA else found * length(met) / (length(met) - lonely)
}

measure_of <- function(agency, own) {
  here <- answers$agency == agency
  used <- lapply(counted[own], function(score) here & !is.na(score))
  if (!all(vapply(used, any, logical(1)))) return(NULL)
  weight <- answers$weight
  share <- mapply(function(score, who) sum(weight[who] * score[who]) / sum(weight[who]), counted[own], used)
  residual <- function(k) {
    who <- used[[k]]
    ifelse(who, weight * (ifelse(who, counted[[own[k]]], 0) - share[k]) / sum(weight[who]), 0)
  }
  score <- Reduce(`+`, lapply(seq_along(own), residual)) / length(own)
  some <- Reduce(`|`, used)
  met <- unique(answers$stratum[some])
  df <- length(unique(answers$unit[some])) - length(met)
  value <- mean(share)
  se <- sqrt(variance_of(score, met))
  half <- qt(1 - (1 - level) / 2, df) * se / (value * (1 - value))
  data.frame(value = value, se = se, df = df, n = sum(some), low = plogis(qlogis(value) - half),
             high = plogis(qlogis(value) + half))
}

# The same by the package survey: ratios of totals of the whole design, the domain never dropped from it.
by_survey <- function(design, agency, own) {
  domain <- subset(design, agency_code == agency)
  places <- match(own, items)
  totals <- survey::svytotal(reformulate(c(paste0("top", places), paste0("bottom", places))), domain)
  ratios <- paste0("top", places, "/bottom", places, collapse = " + ")
  found <- survey::svycontrast(totals, parse(text = sprintf("(%s) / %d", ratios, length(own)))[[1]])
  if (length(own) == 1) {
    one <- survey::svyratio(reformulate(paste0("top", places)), reformulate(paste0("bottom", places)), domain)
    stopifnot(isTRUE(all.equal(as.numeric(coef(one)), as.numeric(coef(found)), tolerance = 1e-12)))
    stopifnot(isTRUE(all.equal(as.numeric(survey::SE(one)), as.numeric(survey::SE(found)), tolerance = 1e-9)))
  }
  c(as.numeric(coef(found)), as.numeric(survey::SE(found)))
}

design <- NULL
if (requireNamespace("survey", quietly = TRUE)) {
  options(survey.lonely.psu = "average")
  columns <- data.frame(agency_code = answers$agency, unit = answers$unit, stratum = answers$stratum, weight = answers$weight)
  for (place in seq_along(items)) {
    known <- !is.na(counted[[place]])
    columns[[paste0("top", place)]] <- ifelse(known, counted[[place]], 0)
    columns[[paste0("bottom", place)]] <- as.numeric(known)
  }
  design <- survey::svydesign(ids = ~unit, strata = ~stratum, weights = ~weight, data = columns)
}

cat("agency,measure,value,se,df,n,low,high\n")
for (agency in sort(unique(answers$agency))) {
  for (measure in names(measures)) {
    found <- measure_of(agency, measures[[measure]])
    if (is.null(found)) next
    if (!is.null(design) && !is.na(found$se) && found$se > 0) {
      again <- by_survey(design, agency, measures[[measure]])
      stopifnot(isTRUE(all.equal(c(found$value, found$se), again, tolerance = 1e-9)))
    }
    numbers <- c(found$value, found$se, found$df, found$n, found$low, found$high)
    cat(sprintf("%s,%s,%s\n", agency, measure, paste(sprintf("%.17g", numbers), collapse = ",")))
  }
}
