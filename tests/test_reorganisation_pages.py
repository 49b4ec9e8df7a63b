"""What officers see of a reorganisation: composed, brought as a file, applied, undone."""

from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from agencies import actions
from agencies.asof import AsOf
from agencies.composing import MOST_ROWS
from agencies.models import (
    Agency,
    Entry,
    FirstStatus,
    Reorganisation,
    RosterFacts,
    Stage,
    StatusFacts,
    Succession,
    User,
)
from reports.rollups import by_group
from tests.documents import PDF
from tests.test_reorganisation import everything

COMPOSE, LIST = "/reorganisations/compose/", "/reorganisations/"
DAY = date(2023, 3, 1)
HEAD = {"decree_number": "12/NQ-HĐND", "takes_effect_on": "01/03/2023"}

pytestmark = pytest.mark.usefixtures("small_province")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class Composing:
    """The page as a browser holds it: what a button sends is what the last answer showed."""

    def __init__(self, client, *chosen, **head):
        client.cookies["django_language"] = "en"
        self.client = client
        self.page = client.get(COMPOSE, {"chosen": ",".join(chosen)})
        self.fields = {**HEAD, **head, **self._shown()}

    def _shown(self):
        form = self.page.context["form"]
        typed = form.data if form.is_bound else form.initial
        shown = {name: typed[name] for name in ("seen", "kept") if typed.get(name)}
        shown["looked_at"] = self.page.context.get("digest", "")
        return {**shown, **form.composition.as_fields()}

    def press(self, act, ticked=(), picked=(), **typed):
        """Send the form by one button and hold what comes back; redirects are not followed."""
        sent = {**self.fields, **typed, "act": act, "tick": ticked, "pick": picked}
        self.page = self.client.post(COMPOSE, sent)
        if self.page.context and "form" in self.page.context:
            kept = {k: v for k, v in typed.items() if k in HEAD or k in ("title", "notice")}
            self.fields = {**self.fields, **kept, **self._shown()}
        return self.page

    def fill(self, place, **facts):
        """Type into one body after the event."""
        self.fields |= {f"row{place}-{name}": text for name, text in facts.items()}
        return self

    def errors(self):
        form = self.page.context["form"]
        rows = [row.errors for row in form.successors]
        return [said for errors in (form.errors, *rows) for of in errors.values() for said in of]

    def apply(self):
        """Look at the figures, then apply."""
        looked = self.press("look")
        assert "told" in looked.context, self.errors()
        return self.press("apply")


@pytest.fixture
def composing(client, lan):
    client.force_login(lan)
    return lambda *chosen, **head: Composing(client, *chosen, **head)


def fractions(province, day=DAY):
    table = by_group(AsOf(day, timezone.now()), province.edition_2015)
    return [row.counts.fraction for row in table.rows]


def looked_fractions(page):
    return [row.now.fraction for row in page.context["told"].on_day.rows]


def test_the_figures_before(small_province):
    assert fractions(small_province) == ["01/03", "03/03"]


MERGED = {"code": "CC-RUNG", "name": "Chi cục Rừng và Nước"}


@pytest.mark.parametrize(("first", "after"), [("anew", "01/02"), ("carried:CC-KL", "02/02")])
def test_two_units_are_merged(composing, small_province, first, after):
    form = composing("CC-KL", "CC-TL")
    form.press("merge", ["CC-KL", "CC-TL"])
    form.fill(0, first_status=first, **MERGED)
    looked = form.press("look")
    assert looked_fractions(looked) == ["01/03", after]
    assert [row.then.fraction for row in looked.context["told"].on_day.rows] == ["01/03", "03/03"]
    assert not Reorganisation.objects.exists()
    applied = form.press("apply")
    event = Reorganisation.objects.get()
    assert applied["Location"] == reverse("reports:reorganisation", args=[event.pk])
    assert fractions(small_province) == ["01/03", after]
    assert fractions(small_province, date(2023, 2, 28)) == ["01/03", "03/03"]


def test_a_unit_is_split(composing, small_province):
    form = composing("CC-KL")
    form.press("split", ["CC-KL"])
    form.fill(0, code="CC-K1", name="Chi cục Một", first_status="carried:CC-KL")
    form.fill(1, code="CC-K2", name="Chi cục Hai", first_status="anew")
    form.apply()
    assert fractions(small_province) == ["01/03", "03/04"]
    assert set(Succession.objects.values_list("kind", flat=True)) == {"split"}


def test_a_unit_is_renamed(composing, small_province):
    form = composing("SO-NN")
    form.press("change", ["SO-NN"])
    assert form.fields["row0-name"] == "Sở Nông nghiệp và PTNT"
    form.fill(0, name="Sở Nông nghiệp và Môi trường").apply()
    assert Succession.objects.get().kind == "rename"
    assert fractions(small_province) == ["01/03", "03/03"]


def test_a_unit_is_moved_to_another_parent_and_group(composing, small_province):
    form = composing("CC-TDC")
    form.press("change", ["CC-TDC"])
    form.fill(0, group="SO", parent="UBND-TINH").apply()
    assert Succession.objects.get().kind == "move"
    assert fractions(small_province) == ["02/04", "02/02"]


def test_a_unit_is_dissolved(composing, small_province):
    form = composing("CC-TDC")
    form.press("dissolve", ["CC-TDC"])
    form.apply()
    assert Succession.objects.get().kind == "dissolve"
    assert fractions(small_province) == ["01/03", "02/02"]


def test_a_body_is_established(composing, small_province):
    form = composing()
    form.press("establish")
    form.fill(0, code="CC-MOI", name="Chi cục Mới", group="CC", parent="SO-NN")
    form.fill(0, first_status="not_started").apply()
    assert Succession.objects.get().kind == "establish"
    assert fractions(small_province) == ["01/03", "03/04"]


def test_a_predecessor_goes_on_and_takes_in_another(composing, small_province):
    form = composing("CC-KL", "CC-TL")
    form.press("merge", ["CC-KL", "CC-TL"])
    form.fill(0, goes_on="CC-KL", code="", name="", first_status="carried:CC-KL").apply()
    assert fractions(small_province) == ["01/03", "02/02"]
    successors = Succession.objects.values_list("successor__code", flat=True)
    assert set(successors) == {"CC-KL"}


def test_one_decree_does_several_things_at_once(composing, small_province):
    form = composing("CC-KL", "CC-TL", "CC-TDC", "THANH-TRA")
    form.press("merge", ["CC-KL", "CC-TL"])
    form.fill(0, first_status="anew", **MERGED)
    form.press("dissolve", ["CC-TDC"])
    form.press("change", ["THANH-TRA"])
    form.fill(1, name="Thanh tra tỉnh mới").apply()
    assert fractions(small_province) == ["01/03", "00/01"]
    assert Entry.objects.filter(kind="reorganisation").count() == 1


def test_units_are_found_by_their_own_name_and_by_their_parents(composing):
    form = composing()
    page = form.press("find", find="kiem lam")
    assert [side.code for side in page.context["found"]] == ["CC-KL"]
    page = form.press("find", find="nong nghiep")
    assert {side.code for side in page.context["found"]} == {"SO-NN", "CC-KL", "CC-TL"}
    page = form.press("add", find="nong nghiep", picked=["CC-KL", "<script>"])
    assert page.context["form"].composition.units == ["CC-KL"]
    assert {side.code for side in page.context["found"]} == {"SO-NN", "CC-TL"}


def test_only_units_of_the_day_before_are_found(composing):
    form = composing(takes_effect_on="01/03/2018")
    assert [s.code for s in form.press("find", find="thuy loi").context["found"]] == []
    form = composing(takes_effect_on="02/07/2018")
    assert [s.code for s in form.press("find", find="thuy loi").context["found"]] == ["CC-TL"]


def test_units_and_bodies_are_taken_out_again(composing):
    form = composing("CC-KL", "CC-TL", "CC-TDC")
    form.press("merge", ["CC-KL", "CC-TL"])
    form.fill(0, goes_on="CC-TL", name="Gõ dở")
    form.press("drop:CC-TL")
    row = form.page.context["form"].composition.rows[0]
    assert (row["predecessors"], row["goes_on"], row["name"]) == ("CC-KL", "new", "Gõ dở")
    form.press("dissolve", ["CC-TDC"])
    assert form.page.context["form"].composition.ends == ["CC-TDC"]
    form.press("keep:CC-TDC")
    form.press("remove:0")
    composition = form.page.context["form"].composition
    assert (composition.ends, composition.rows, composition.units) == ([], [], ["CC-KL", "CC-TDC"])


def test_the_list_leads_here_with_its_ticks(client, lan):
    client.force_login(lan)
    page = client.get(COMPOSE, {"chosen": "CC-KL", "agency": ["CC-TL"]})
    assert page.context["form"].composition.units == ["CC-KL", "CC-TL"]
    assert 'formaction="/reorganisations/compose/"' in client.get("/agencies/").content.decode()


def test_the_decree_comes_as_a_document_and_stays_while_the_form_is_mended(composing):
    form = composing("CC-TDC")
    file = SimpleUploadedFile("nghi-quyet.pdf", PDF, "application/pdf")
    form.press("dissolve", ["CC-TDC"], document=file)
    assert form.fields["kept"]
    form.apply()
    event = Reorganisation.objects.get()
    assert event.document is not None
    assert event.document.name == "nghi-quyet.pdf"
    page = form.client.get(reverse("reports:reorganisation", args=[event.pk]))
    assert "nghi-quyet.pdf" in page.content.decode()


WRONG = {
    "no number": ({"decree_number": ""}, "This field is required"),
    "a number too long": ({"decree_number": "x" * 101}, "at most 100 characters"),
    "no day": ({"takes_effect_on": ""}, "This field is required"),
    "no day of the calendar": ({"takes_effect_on": "31/02/2023"}, "is not a day"),
    "a day before the unit": ({"takes_effect_on": "01/01/2009"}, "does not exist on"),
    "no name": ({"row0-name": ""}, "A new body needs a name."),
    "no code": ({"row0-code": ""}, "A new body needs a code of its own."),
    "a code that is none": ({"row0-code": "A B"}, "letters, digits"),
    "a code in use": ({"row0-code": "SO-NN"}, "The code SO-NN is taken by"),
    "no decision": ({"row0-first_status": ""}, "Decide with which status it begins."),
    "a decision that is none": ({"row0-first_status": "carried:SO-NN"}, "not one of the available"),
    "an unknown parent": ({"row0-parent": "KHONG-CO"}, "there is no agency KHONG-CO"),
    "its own parent": ({"row0-parent": "CC-RUNG"}, "would be a body above itself"),
    "an unknown group": ({"row0-group": "KHONG"}, "not one of the available choices"),
    "a unit nobody knows": ({"units": "CC-KL,CC-TL,KHONG"}, "Nothing is decided yet of: KHONG"),
    "an unknown predecessor": (
        {"row0-predecessors": "CC-KL,CC-TL,KHONG"},
        "There is no agency KHONG",
    ),
    "a unit closed twice": ({"ends": "CC-KL"}, "CC-KL would be closed twice"),
    "a notice too long": ({"notice": "x" * 501}, "at most 500 characters"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("act", ["look", "apply"])
def test_what_is_wrong_is_said_in_place_and_what_was_typed_stays(composing, name, act):
    form = composing("CC-KL", "CC-TL", title="Gõ cẩn thận")
    form.press("merge", ["CC-KL", "CC-TL"])
    form.fill(0, first_status="anew", **MERGED)
    form.fields["looked_at"] = "0" * 64
    before = everything()
    page = form.press(act, **WRONG[name][0])
    assert page.status_code == 200
    assert any(WRONG[name][1] in said for said in form.errors()), form.errors()
    assert "Gõ cẩn thận" in page.content.decode()
    assert everything() == before


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "remove:99999999999999999999"},
        {"act": "nonsense"},
        {"act": "merge"},
        {"act": "apply", "rows": "-1", "units": "\x00,<b>"},
        {"act": "look", "rows": "999999999999"},
        {"act": "look", "seen": "x", "kept": "forged", "rows": "2"},
        {"act": "find", "find": "'; drop", "takes_effect_on": "01/01/1900"},
        {"act": "drop:"},
        {},
    ],
)
def test_a_forged_form_is_no_error_of_the_server(client, lan, sent):
    client.force_login(lan)
    before = everything()
    assert client.post(COMPOSE, sent).status_code == 200
    assert everything() == before


def test_more_than_a_form_takes_comes_as_a_file(composing):
    form = composing("CC-KL")
    form.fields |= {"rows": str(MOST_ROWS)}
    page = form.press("establish")
    assert "comes as a file" in page.content.decode()


def test_what_was_changed_after_the_figures_is_looked_at_again(composing):
    form = composing("CC-TDC")
    form.press("dissolve", ["CC-TDC"])
    form.press("look")
    page = form.press("apply", decree_number="13/NQ-HĐND")
    assert page.context["changed_since"]
    assert not Reorganisation.objects.exists()
    form.press("apply", decree_number="13/NQ-HĐND")
    assert Reorganisation.objects.get().decree_number == "13/NQ-HĐND"


def two_forms(composing):
    """Return the same decree in the hands of Lan and of Bình, both looked at."""
    binh = User.objects.create_user("binh", "Mat-khau-cua-Binh", role="officer", full_name="Bình")
    other = Client()
    other.force_login(binh)
    forms = [composing("CC-TDC"), Composing(other, "CC-TDC")]
    for form in forms:
        form.press("dissolve", ["CC-TDC"])
        form.press("look")
    return forms


def test_the_second_officer_with_the_same_decree_is_told_who_was_first(composing):
    first, second = two_forms(composing)
    first.press("apply")
    before = everything()
    page = second.press("apply")
    assert page.status_code == 409
    assert any("12/NQ-HĐND is on record already: Lan recorded it" in e for e in second.errors())
    event = Reorganisation.objects.get()
    assert reverse("reports:reorganisation", args=[event.pk]) in page.content.decode()
    assert 'value="12/NQ-HĐND"' in page.content.decode()
    assert everything() == before
    page = second.press("look")
    assert page.context["on_record"] == event


def test_a_double_click_leads_to_what_the_first_one_did(composing):
    form = composing("CC-TDC")
    form.press("dissolve", ["CC-TDC"])
    form.press("look")
    once, twice = form.press("apply"), form.press("apply")
    assert once["Location"] == twice["Location"]
    assert Reorganisation.objects.count() == 1
    said = [str(m) for m in form.client.get(once["Location"]).context["messages"]]
    assert said == ["Applied.", "It was applied already; nothing was written twice."]


def test_a_form_that_somebody_has_overtaken_shows_both_versions(composing, small_province, lan):
    form = composing("CC-TDC")
    form.press("dissolve", ["CC-TDC"])
    form.press("look")
    small_province.record("CC-TDC", date(2022, 5, 1), small_province.building())
    page = form.press("apply")
    assert page.status_code == 409
    assert "Somebody else was faster" in page.content.decode()
    assert not Reorganisation.objects.exists()
    form.apply()
    assert Reorganisation.objects.get()


def test_the_page_of_an_event_tells_all_and_leads_to_its_undoing(composing, small_province, hung):
    form = composing("CC-KL", "CC-TL", title="Sáp nhập hai chi cục", decree_date="10/02/2023")
    form.press("merge", ["CC-KL", "CC-TL"])
    form.fill(0, first_status="anew", **MERGED)
    url = form.apply()["Location"]
    page = form.client.get(url)
    body = page.content.decode()
    for said in ("12/NQ-HĐND", "Sáp nhập hai chi cục", "10/02/2023", "Applied by Lan", "CC-RUNG"):
        assert said in body
    (section,) = page.context["told"].sections
    (outcome,) = section.outcomes
    assert section.heading == "Before under Sở Nông nghiệp và PTNT"
    assert [side.code for side in outcome.predecessors] == ["CC-KL", "CC-TL"]
    assert (outcome.kind, outcome.first_status) == ("merged", "must declare anew")
    assert looked_fractions(page) == ["01/03", "01/02"]
    entry = Reorganisation.objects.get().entry
    undo = reverse("agencies:undo-entry", args=[entry.pk])
    assert undo in body
    form.client.force_login(hung)
    assert undo not in form.client.get(url).content.decode()
    assert "12/NQ-HĐND" in form.client.get(LIST).content.decode()


def test_undoing_leads_back_to_the_event_which_says_so(composing, small_province):
    form = composing("CC-TDC")
    form.press("dissolve", ["CC-TDC"])
    url = form.apply()["Location"]
    undo = reverse("agencies:undo-entry", args=[Reorganisation.objects.get().entry_id])
    page = form.client.get(undo)
    assert url in page.content.decode()
    sent = {"reason": "Nhầm văn bản", "seen": page.context["form"].initial["seen"]}
    assert form.client.post(undo, sent)["Location"] == url
    page = form.client.get(url)
    assert "Undone by Lan" in page.content.decode()
    assert "Nhầm văn bản" in page.content.decode()
    assert undo not in page.content.decode()
    assert fractions(small_province) == ["01/03", "03/03"]
    between = AsOf(DAY, Reorganisation.objects.get().entry.at)
    rows = by_group(between, small_province.edition_2015).rows
    assert [row.counts.fraction for row in rows] == ["01/03", "02/02"]
    assert (
        f"known_at={page.context['known_in_between'].replace(':', '%3A')}" in page.content.decode()
    )


def test_an_undoing_that_something_hangs_on_says_what(composing, small_province, lan):
    form = composing()
    form.press("establish")
    form.fill(0, code="CC-MOI", name="Chi cục Mới", group="CC", first_status="not_started").apply()
    new = Agency.objects.get(code="CC-MOI")
    facts = StatusFacts(Stage.BUILDING, working_toward_id=small_province.edition_2015.pk)
    actions.record_status(agency=new, valid_from=date(2023, 6, 1), facts=facts, by=lan)
    undo = reverse("agencies:undo-entry", args=[Reorganisation.objects.get().entry_id])
    body = form.client.get(undo).content.decode()
    assert "cannot be undone" in body
    assert "Chi cục Mới (CC-MOI)" in body


def test_heads_see_and_compose_nothing(client, hung, small_province, lan):
    client.force_login(hung)
    assert client.get(LIST).status_code == 200
    assert COMPOSE not in client.get(LIST).content.decode()
    assert client.get(COMPOSE).status_code == 403


def test_an_event_nobody_has_is_not_found(client, hung):
    client.force_login(hung)
    assert client.get(reverse("reports:reorganisation", args=[999])).status_code == 404


def test_first_statuses_of_the_form_are_those_of_the_model(composing):
    form = composing("CC-KL", "CC-TL")
    form.press("merge", ["CC-KL", "CC-TL"])
    row = form.page.context["form"].successors[0]
    offered = [value for value, _label in row.fields["first_status"].choices]
    assert offered == ["", FirstStatus.ANEW, "carried:CC-KL", "carried:CC-TL"]


def test_a_roster_that_begins_on_the_day_stands_in_the_way(composing, small_province, lan):
    facts = RosterFacts(name="Tên khác", group_id=small_province.groups["CC"].pk)
    agency = small_province["CC-TDC"]
    actions.change_roster(agency=agency, valid_from=DAY, facts=facts, by=lan)
    form = composing("CC-TDC")
    form.press("dissolve", ["CC-TDC"])
    form.press("look")
    assert any("would stay open on a closed agency" in said for said in form.errors())


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_no_query_is_asked_for_each_body_or_event(composing):
    counts = []
    for number, codes in enumerate((["CC-TDC"], ["CC-KL", "CC-TL", "THANH-TRA"]), start=1):
        form = composing(*codes, decree_number=f"{number}/NQ-HĐND")
        form.press("dissolve", codes)
        url = form.apply()["Location"]
        form.client.get(url)  # the message of the applying goes with the first visit
        cache.clear()
        counts.append((queries_of(form.client, url), queries_of(form.client, LIST)))
    assert counts[0] == counts[1]
