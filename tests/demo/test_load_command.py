"""Where the command that loads the demo refuses."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import User


@pytest.mark.django_db
@override_settings(DEMO=False)
def test_well_known_passwords_are_made_in_a_demo_alone() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")

    assert not User.objects.exists()
