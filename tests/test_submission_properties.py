"""Whatever an office does later, a sent report produced again is the same text."""

import json

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies import actions
from agencies.models import Edition
from agencies.questions import Question, ask
from reports.canonical import canonical_figures, contradictions
from tests.naive_office import DAYS, FAR_DAY
from tests.test_history_properties import EXAMPLES, Trial, histories, random_acts

pytestmark = pytest.mark.django_db
days = st.sampled_from([*DAYS, FAR_DAY])


@given(histories, days, days)
@settings(random_acts, max_examples=EXAMPLES // 7)
def test_canonical_figures_outlive_every_later_act(acts, day, compared_on):
    edition = Edition.objects.get(year=2015)
    sent: list[tuple[Question, str]] = []
    with actions.rehearsal(), translation.override("en"):
        both = Trial()
        for place, (name, facts) in enumerate(acts):
            both.carry_out(name, facts)
            if place % 4 or not both.real.entries:
                continue
            moment = both.real.entries[-1].at
            told = {"day": day, "known_at": moment, "compared_on": compared_on}
            question = ask(edition=edition, **told)
            sent.append((question, canonical_figures(question)))
        for question, figures in sent:
            assert canonical_figures(question) == figures
            assert contradictions(json.loads(figures)) == ()
