"""What an annotator works on, with the page in the language of its study."""

from uuid import UUID

from accounts.http import SignedInRequest
from annotation.models import Assignment, Membership
from annotation.selectors.people.access import assignment_or_404, membership_or_404
from annotation.views.studies.language import use_language_of


def own_membership(request: SignedInRequest, study_id: UUID) -> Membership:
    """The person's own membership as annotator."""
    membership = membership_or_404(request.user, study_id)
    use_language_of(membership.study, request)
    return membership


def own_assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    """The person's own assignment."""
    assignment = assignment_or_404(request.user, assignment_id)
    use_language_of(assignment.batch.study, request)
    return assignment
