"""Everything that has to do with surveys, for the composition root."""

from parindex.api import survey_responses, survey_rounds, survey_visits

routes = [*survey_visits.routes, *survey_rounds.routes, *survey_responses.routes]
