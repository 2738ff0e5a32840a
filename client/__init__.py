"""Run studies from Python, through the platform's REST API.

    from client import Platform

    mimic = Platform("https://study.example.org", token)
    study = mimic.create_study(
        key="spring", title="Spring pilot", template="pilot", selection="top-20"
    )
    study.import_comments("comments.csv").wait()
    study.seal()
    study.open()
    print(study.invite(label="Lab", cap=20)["address"])
    study.wait_until_judged()
    study.close()
    study.download("judgments.csv", "results")

It needs nothing but Python. `docs/notebooks/whole_study.ipynb` runs a whole study.
"""

from client.errors import (
    ApiError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    TookTooLongError,
)
from client.platform import Platform
from client.studies import Study
from client.work import Work

__all__ = [
    "ApiError",
    "NotAllowedError",
    "NotFoundError",
    "Platform",
    "RefusedError",
    "Study",
    "TookTooLongError",
    "Work",
]
