"""Without their name: nothing in the whole database leads from a code to its person."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import (
    Invitation,
    InvitationKind,
    Membership,
    MembershipRole,
    Study,
    StudyEvent,
)
from annotation.rules.people.platforms import Arrival
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.judging.assignments import reopen_assignment
from annotation.services.people.crowd import join_as_participant
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from annotation.services.people.leaving import leave_study
from tests import factories

pytestmark = pytest.mark.django_db

NAME, LOGIN, EMAIL = "Wilhelmina Quist", "wquist77", "w.quist@example.org"
PARTICIPANT = "5f1e2d3c4b5a69788796a5b4"

_TEXT_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public'
  AND (data_type IN ('text', 'character varying', 'character', 'json', 'jsonb',
                     'bytea', 'ARRAY') OR udt_name = 'citext')
"""
_COLUMNS_OF_PEOPLE = """
SELECT child.relname, field.attname
FROM pg_constraint link
JOIN pg_class child ON child.oid = link.conrelid
JOIN pg_attribute field
  ON field.attrelid = child.oid AND field.attnum = ANY(link.conkey)
WHERE link.contype = 'f' AND link.confrelid = 'accounts_user'::regclass
"""


def tables_with(word: str) -> set[str]:
    """Every table of the database in which a text, JSON or byte column has the word."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(_TEXT_COLUMNS)
        for table, column in cursor.fetchall():
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} WHERE"  # noqa: S608
                f' position(lower(%(word)s) IN lower("{column}"::text)) > 0'
                f' OR position(%(hex)s IN "{column}"::text) > 0)',
                {"word": word, "hex": word.encode().hex()},
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def rows_of(person_id: int) -> set[str]:
    """Every table with a row that points to the person."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS_OF_PEOPLE)
        for table, column in cursor.fetchall():
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} WHERE {column} = %s)",  # noqa: S608
                [person_id],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


@pytest.fixture
def study() -> Study:
    return factories.make_open_study(videos=2, title="Cats and dogs")


@pytest.fixture
def person() -> User:
    first, last = NAME.split()
    return User.objects.create_user(
        LOGIN, EMAIL, "seven green llamas", first_name=first, last_name=last
    )


def walked(client: Client, study: Study, person: User) -> Membership:
    """Joined by a link on the page, judged, excluded and included, judged again."""
    client.login(username=LOGIN, password="seven green llamas")
    invitation = Invitation.objects.create(study=study, label="Class of 2026")
    client.post(reverse("annotation:join", args=[invitation_token(invitation)]))
    membership = study.memberships.get(user=person)
    client.get(reverse("annotation:work", args=[study.public_id]))
    factories.submit_all(factories.give_work(membership))
    researcher = factories.make_researcher()
    exclude_annotator(membership=membership, actor=researcher, reason="hasty")
    include_annotator(membership=membership, actor=researcher)
    factories.answer_all(factories.give_work(membership))
    return membership


def leave(client: Client, study: Study) -> str:
    url = reverse("annotation:leave", args=[study.public_id])
    return client.post(url, {"answers": "keep"}, follow=True).content.decode()


def words_of(person: User) -> Iterator[str]:
    yield from (LOGIN, EMAIL, *NAME.split(), person.password)


def test_only_the_account_itself_has_the_name_after_leaving(
    client: Client, study: Study, person: User
) -> None:
    membership = walked(client, study, person)
    assert rows_of(person.pk) == {"annotation_membership"}

    leave(client, study)

    for word in words_of(person):
        assert tables_with(word) <= {"accounts_user"}, word
    assert tables_with(membership.code) == {
        "annotation_membership",
        "annotation_studyevent",
    }
    assert rows_of(person.pk) == set()


def test_forgotten_by_a_researcher_nothing_leads_to_the_person_either(
    client: Client, study: Study, person: User
) -> None:
    membership = walked(client, study, person)
    researcher = factories.make_researcher()
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    client.force_login(researcher)

    client.post(
        reverse("annotation:study_forget", args=[study.public_id, membership.code])
    )

    for word in words_of(person):
        assert tables_with(word) <= {"accounts_user"}, word
    assert rows_of(person.pk) == set()


def test_how_one_came_in_and_when_tells_nothing_either(
    client: Client, study: Study, person: User
) -> None:
    membership = walked(client, study, person)
    joined_at = membership.joined_at

    leave(client, study)

    membership.refresh_from_db()
    person.refresh_from_db()
    assert membership.invitation is None
    assert person.last_login is None
    for moment in (membership.joined_at, person.date_joined):
        assert (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    assert (person.date_joined.month, person.date_joined.day) == (1, 1)
    assert membership.joined_at.date() == joined_at.date()


def test_the_order_of_the_marks_tells_not_the_order_of_the_codes(study: Study) -> None:
    members = [factories.join(study) for _ in range(12)]

    leave_all(members[:1])

    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM annotation_personmark ORDER BY ctid")
        stored = [mark for (mark,) in cursor.fetchall()]
    assert len(stored) == 12
    assert stored == sorted(stored)


def leave_all(members: list[Membership]) -> None:
    for member in members:
        assert member.user is not None
        leave_study(membership=member, actor=member.user, deletes_answers=False)


def test_a_participants_login_goes_altogether(client: Client, study: Study) -> None:
    invitation = Invitation.objects.create(
        study=study, kind=InvitationKind.CROWD, cap=5
    )
    url = reverse("annotation:join", args=[invitation_token(invitation)])
    client.post(f"{url}?PROLIFIC_PID={PARTICIPANT}")
    person = User.objects.get()
    factories.submit_all(factories.give_work(study.memberships.get()))

    page = leave(client, study)

    assert "Your account here is deleted" in page
    assert "password" not in page.lower()
    assert not User.objects.exists()
    assert not Session.objects.filter(pk=client.session.session_key).exists()
    for word in (PARTICIPANT, person.username):
        assert tables_with(word) == set()
    assert study.memberships.get().assignments.count() == 1


def test_a_participants_login_stays_while_they_are_in_another_study(
    study: Study,
) -> None:
    invitation = Invitation.objects.create(
        study=study, kind=InvitationKind.CROWD, cap=5
    )
    member = join_as_participant(invitation=invitation, arrival=Arrival(PARTICIPANT))
    factories.join(factories.make_study(), member.user)

    leave_all([member])

    assert User.objects.count() == 1


def test_the_log_says_that_an_annotator_came_and_went_and_not_who(
    client: Client, study: Study, person: User
) -> None:
    walked(client, study, person)
    leave(client, study)
    admin = Client()
    admin.force_login(factories.make_admin())

    log = admin.get(reverse("annotation:study_log", args=[study.public_id]))

    page = log.content.decode()
    assert "Annotator joined" in page
    assert "Annotator left" in page
    assert page.count("by the annotator") == 2
    assert LOGIN not in page


def test_the_database_itself_refuses_a_name_beside_an_annotators_own_step(
    study: Study,
) -> None:
    with (
        pytest.raises(IntegrityError, match="annotators_own_events_name_nobody"),
        transaction.atomic(),
    ):
        StudyEvent.objects.create(
            study=study, action="annotator joined", actor=factories.make_user()
        )


@pytest.mark.parametrize("word", [LOGIN, "WQUIST77", "Quist", EMAIL, PARTICIPANT])
def test_a_reason_that_names_the_person_is_refused(
    study: Study, person: User, word: str
) -> None:
    """It stays in the log and in reports for good, beside the code."""
    member = factories.join(study, person, participant_id=PARTICIPANT)
    submitted = factories.submit_all(factories.give_work(member))
    admin = factories.make_admin()

    with pytest.raises(AnnotationError, match="without naming"):
        exclude_annotator(membership=member, actor=admin, reason=f"{word} was hasty")
    with pytest.raises(AnnotationError, match="without naming"):
        reopen_assignment(assignment=submitted, actor=admin, reason=f"asked by {word}")


def test_a_reason_with_a_part_of_the_name_in_a_word_is_taken(study: Study) -> None:
    member = factories.join(study, User.objects.create_user("al"))

    exclude_annotator(
        membership=member, actor=factories.make_researcher(), reason="always Human"
    )

    member.refresh_from_db()
    assert member.excluded_at is not None
