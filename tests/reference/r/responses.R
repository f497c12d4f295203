# An independent reading of responses.csv in base R: shares of answers by agency with their errors.
#
#   Rscript responses.R responses.csv ITEMS VALUES
#
# ITEMS and VALUES are separated by commas. PSUs with replacement in their strata; a stratum with one PSU is centred at 0.
# An empty cell is NA by itself: nothing here knows the codes of missing answers. Prints agency,item,value,se,n.

arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1], fileEncoding = "UTF-8-BOM", check.names = FALSE, stringsAsFactors = FALSE,
                    colClasses = c(agency = "character", stratum = "character", psu = "character"), na.strings = "")
items <- strsplit(arguments[2], ",")[[1]]
values <- as.numeric(strsplit(arguments[3], ",")[[1]])
unit <- paste(answers$stratum, answers$psu, sep = "/")
stratum_of <- tapply(answers$stratum, unit, function(names) names[1])

error_of <- function(score) {
  totals <- tapply(score, unit, sum)
  variance <- 0
  for (stratum in unique(stratum_of)) {
    here <- totals[stratum_of[names(totals)] == stratum]
    n <- length(here)
    variance <- variance + if (n > 1) n / (n - 1) * sum((here - mean(here))^2) else sum(here^2)
  }
  sqrt(variance)
}

cat("agency,item,value,se,n\n")
for (item in items) {
  for (agency in sort(unique(answers$agency))) {
    used <- answers$agency == agency & !is.na(answers[[item]])
    if (!any(used)) next
    chosen <- ifelse(used, as.numeric(answers[[item]] %in% values), 0)
    weight <- ifelse(used, answers$weight, 0)
    share <- sum(weight * chosen) / sum(weight)
    score <- weight * (chosen - share) / sum(weight)
    cat(sprintf("%s,%s,%.17g,%.17g,%d\n", agency, item, share, error_of(score), sum(used)))
  }
}
