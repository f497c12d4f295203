"""Satisfaction surveys: questionnaires, samples, invitations, intake of answers, weights and estimates of a round.

A round asks the groups of one instrument version. Answers come in through :mod:`parindex.surveys.answers.group_commit`;
:mod:`parindex.surveys.rounds.lock` ends the round and severs every tie between an invitation and its response;
:mod:`parindex.surveys.results.weighting` and :mod:`parindex.surveys.results.estimates` turn the answers into numbers with
errors.
"""
