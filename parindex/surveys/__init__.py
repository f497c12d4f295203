"""Satisfaction surveys: questionnaires, samples, invitations, intake of answers, weights and estimates of a round.

A round asks the groups of one instrument version. Answers come in through :mod:`intake`; :mod:`lock` ends the
round and severs every tie between an invitation and its response; :mod:`weighting` and :mod:`estimates` turn
the answers into numbers with errors.
"""
