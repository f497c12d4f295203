"""Appraisers and leaders who rate: agreement, severity, ratings that share raters."""
