"""The hint of the first page: each role its own, until it is put away."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Role, User

pytestmark = pytest.mark.usefixtures("small_province")
AWAY = reverse("reports:put-hint-away")
LEADS_TO = {
    "lan": reverse("reports:work-list"),
    "hung": reverse("reports:help-page", args=["counting"]),
    "quan": reverse("admin:agencies_user_changelist"),
}


def hint(client, **query) -> str:
    """Return the hint of the first page, nothing where there is none."""
    _, found, rest = client.get("/", query).content.decode().partition('<aside class="hint"')
    return rest.partition("</aside>")[0] if found else ""


def test_each_role_has_its_own_words_and_first_step(client, lan, hung, quan):
    seen = {}
    for user in (lan, hung, quan):
        client.force_login(user)
        seen[user.username] = hint(client)
        assert f'href="{LEADS_TO[user.username]}"' in seen[user.username]
    assert len(set(seen.values())) == 3


def test_put_away_it_is_gone_for_this_reader_alone(client, lan, hung):
    client.force_login(lan)
    answer = client.post(f"{AWAY}?as_of=2021-11-15")
    assert answer["Location"] == "/?as_of=2021-11-15"
    assert not hint(client)
    client.logout()
    client.force_login(lan)
    assert not hint(client)
    client.force_login(hung)
    assert hint(client)


def test_only_a_form_puts_it_away(client, lan):
    client.force_login(lan)
    assert client.get(AWAY)["Location"] == "/"
    assert hint(client)


def test_another_role_brings_its_own(client, lan):
    client.force_login(lan)
    client.post(AWAY)
    User.objects.filter(pk=lan.pk).update(role=Role.HEAD)
    assert LEADS_TO["hung"] in hint(client)


def test_an_empty_office_and_a_past_question_have_it_too(client, quan):
    client.force_login(quan)
    assert hint(client, known_at="2009-01-01")
    assert LEADS_TO["quan"] in hint(client, as_of="2015-01-01")


def test_putting_it_away_is_no_change_of_the_account(client, lan):
    client.force_login(lan)
    before = lan.history.count()
    client.post(AWAY)
    assert lan.history.count() == before


def test_the_hint_costs_no_query(client, lan):
    client.force_login(lan)
    client.get("/")
    with CaptureQueriesContext(connection) as with_hint:
        client.get("/")
    client.post(AWAY)
    with CaptureQueriesContext(connection) as without:
        client.get("/")
    assert len(with_hint) == len(without)
