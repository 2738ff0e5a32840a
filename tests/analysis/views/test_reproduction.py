"""How far a study is reproduced: by another study, and by a published table."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from analysis.__main__ import main
from analysis.export.long_table import csv_blocks
from analysis.models import StoredComparison
from analysis.services.comparisons import compute_comparison, request_comparison
from annotation.models import BatchComment, Study
from tests.analysis.studies import Answer, make_judged_study
from tests.analysis.views.report_pages import judged_study, researcher_of
from tests.factories import make_admin, make_source, make_video

pytestmark = pytest.mark.django_db

TABLE = "source,judged_human_pct,mean_score\nhuman,80,3.5\nAlpha One,20,1.5\nGamma,5,\n"


def lenient(comment: BatchComment, annotator: int) -> Answer:
    """Alpha is taken for human by everybody but one, beta by one."""
    passes = {"alpha": annotator > 0, "beta": annotator == 0}
    says_human = passes.get(comment.source.key, True)
    return ("human", 4) if says_human else ("ai", annotator)


def strict(comment: BatchComment, annotator: int) -> Answer:
    """As lenient, but beta passes more often than alpha."""
    passes = {"alpha": annotator == 0, "beta": annotator > 0}
    says_human = passes.get(comment.source.key, True)
    return ("human", 5) if says_human else ("ai", annotator)


@pytest.fixture
def twins() -> tuple[Study, Study]:
    """Two studies of the same videos and sources."""
    sources = [make_source("alpha"), make_source("beta")]
    videos = [make_video() for _ in range(3)]
    first, second = (
        make_judged_study(
            videos=videos, ai_sources=sources, judge=judge, title=title
        ).study
        for judge, title in ((lenient, "First"), (strict, "Second"))
    )
    return first, second


def exported(study: Study, folder: Path) -> str:
    file = folder / f"{study.key}.csv"
    file.write_bytes(b"".join(csv_blocks(study)))
    return str(file)


def test_page_files_and_command_say_the_same_of_two_studies(
    twins: tuple[Study, Study],
    client: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = twins
    client.force_login(make_admin())
    pairs = [(key, key) for key in ("human", "alpha", "beta")]
    stored, _new = request_comparison(study=first, other=second, pairs=pairs)
    compute_comparison(stored_id=stored.pk)  # as the worker
    query = urlencode({"other": second.public_id})

    page = client.get(
        reverse("analysis:compare", args=[first.public_id]) + f"?{query}"
    ).content.decode()
    link = reverse("analysis:compare_file", args=[first.public_id, "json"])
    file = client.get(f"{link}?{query}&of=reproduction").content.decode()
    code = main(
        [
            *("reproduction", exported(first, tmp_path), exported(second, tmp_path)),
            *("--format", "json"),
        ]
    )

    assert code == 0
    assert StoredComparison.objects.count() == 1
    found = json.loads(capsys.readouterr().out)
    assert found["all"] == json.loads(file)["all"]
    assert found["all"]["sources"] == 3
    # Alpha and beta changed places: 2/3 and 1/3 of verdicts Human, then 1/3 and 2/3.
    alpha = next(one for one in found["sources"] if one["title"] == "alpha")
    assert alpha["rate"]["first"] == pytest.approx(200 / 3)
    assert found["all"]["rate"]["kendall"] == pytest.approx(1 / 3)
    assert "How far the results are reproduced" in page
    assert "Spearman&#x27;s ρ" in page


def test_a_published_table_is_matched_by_name_or_title(client: Client) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))
    address = reverse("analysis:published", args=[study.public_id])

    response = client.get(f"{address}?{urlencode({'table': TABLE})}")

    page = response.content.decode()
    assert response.status_code == 200
    assert "These rows name no source of this study and are left out: Gamma" in page
    link = reverse("analysis:published_file", args=[study.public_id, "json"])
    file = client.get(f"{link}?{urlencode({'table': TABLE})}")
    found = json.loads(file.content)
    assert [one["title"] for one in found["sources"]] == ["Viewers", "Alpha One"]
    assert found["sources"][1]["rate"]["second"] == 20
    assert found["all"]["findings"]["pairs"] == 1
    assert found["all"]["findings"]["significant"] is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("name,rate\nhuman,80\n", "The table has no column source, judged_human_pct."),
        ("source,judged_human_pct\nhuman,many\n", "“many” is not a number"),
        ("source,judged_human_pct\nhuman,180\n", "from 0 to 100"),
        ("source,judged_human_pct\nnobody,80\n", "Its sources are: human, alpha, beta"),
        ("source,judged_human_pct\n", "The table has no rows."),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_what_to_do(
    client: Client, table: str, says: str
) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))
    address = reverse("analysis:published", args=[study.public_id])

    response = client.get(f"{address}?{urlencode({'table': table})}")

    assert response.status_code == 422
    assert says in response.content.decode()


def test_the_papers_table_is_one_click_and_the_command_knows_it(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = make_judged_study(
        ai_sources=[make_source("mimic-chat", title="MIMIC-Chat"), make_source("x")]
    ).study
    client.force_login(researcher_of(study))
    address = reverse("analysis:published", args=[study.public_id])

    offered = client.get(address).content.decode()
    query = offered.split(f"{address}?table=")[1].split('"')[0]
    shown = client.get(f"{address}?table={query}").content.decode()
    code = main(["reproduction", exported(study, tmp_path), "--published", "paper"])

    assert "64.2" in shown
    assert code == 2 or "64.2" in capsys.readouterr().out
