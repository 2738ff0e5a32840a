"""Reading the long table: what is accepted, what is refused, and how it is said."""

from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis import AnalysisError, judgments_from_table, read_judgments
from tests.analysis.long_tables import frame, judgments, row, votes

HEADER = (
    "annotator_id,video_id,comment_id,source,is_human,verdict,score,order,seconds\n"
)


def csv_file(folder: Path, body: str, header: str = HEADER) -> Path:
    path = folder / "judgments.csv"
    path.write_text(header + body, encoding="utf-8")
    return path


def test_a_csv_file_is_read_column_by_column(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "a1,v1,c1,human,1,human,5,3,2.5\na2,v1,c1,human,1,,,,\n")

    data = read_judgments(path)

    assert data.annotators == ("a1", "a2")
    assert data.verdict.tolist() == [1, -1]
    assert data.score.tolist() == [5, -1]
    assert data.order.tolist() == [3, 0]
    assert data.seconds[0] == 2.5
    assert pd.isna(data.seconds[1])


def test_row_order_and_file_format_do_not_change_the_fingerprint(
    tmp_path: Path,
) -> None:
    table = frame(votes("v1-human-1", "hah") + votes("v2-bot-1", "aah"))
    table["seconds"] = [1.5, 2.25, 3.125, 0.1, 0.2, 0.3]
    table["started_at"] = "2026-03-01T12:30:00Z"
    table.to_csv(tmp_path / "t.csv", index=False)
    shuffled = table.sample(frac=1, random_state=3)
    shuffled.to_parquet(tmp_path / "t.parquet")

    prints = {
        judgments_from_table(table).fingerprint,
        judgments_from_table(shuffled).fingerprint,
        read_judgments(tmp_path / "t.csv").fingerprint,
        read_judgments(tmp_path / "t.parquet").fingerprint,
    }

    assert len(prints) == 1


def test_one_changed_answer_changes_the_fingerprint() -> None:
    before = judgments(votes("v1-human-1", "hah"))
    after = judgments(votes("v1-human-1", "haa"))

    assert before.fingerprint != after.fingerprint


def test_declared_sources_do_not_change_the_fingerprint() -> None:
    plain = judgments(votes("v1-human-1", "hah"))
    declared = judgments(votes("v1-human-1", "hah"), declared=["bot"])

    assert declared.sources == ("bot", "human")
    assert declared.fingerprint == plain.fingerprint


def test_sources_keep_the_order_in_which_they_were_declared() -> None:
    rows = votes("v1-human-1", "hah") + votes("v1-bot-1", "aah") + votes("v1-x-1", "a")
    plain = judgments(rows)

    data = judgments(rows, declared=["x", "human", "quiet"])

    assert data.sources == ("x", "human", "quiet", "bot")
    assert data.source_is_human.tolist() == [False, True, False, False]
    assert data.fingerprint == plain.fingerprint
    named = [data.sources[source] for source in data.source]
    assert named == [plain.sources[source] for source in plain.source]
    report = analysis.report(data, replicates=0)
    assert {"pair_diff_pct/x|human", "pair_diff_pct/human|bot"} <= {*report.metrics}
    for key in ("sources", "scores", "half_widths"):
        shown = [row[0] for row in report.table(key).rows]
        assert shown == ["x", "human", "quiet", "bot"], key


def test_one_comment_id_under_two_videos_is_two_comments(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "a1,v1,c1,human,1,human,,,\na1,v2,c1,bot,0,ai,,,\n")

    data = read_judgments(path)

    assert data.comments == ("c1", "c1")
    assert data.comment_video.tolist() == [0, 1]
    assert [data.sources[code] for code in data.comment_source] == ["human", "bot"]


def test_numeric_ids_of_a_frame_equal_the_text_ids_of_a_file(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, "7,50827,12,human,1,human,5,1,2\n8,50827,12,human,1,,,,\n"
    )

    from_frame = judgments_from_table(pd.read_csv(path))

    assert from_frame.fingerprint == read_judgments(path).fingerprint


def test_a_file_with_a_header_alone_is_an_empty_study(tmp_path: Path) -> None:
    data = read_judgments(csv_file(tmp_path, ""), declared_sources=["human", "bot"])

    assert len(data) == 0
    assert data.sources == ("human", "bot")
    assert data.source_is_human.tolist() == [True, False]


def test_a_spreadsheet_apostrophe_is_undone(tmp_path: Path) -> None:
    data = read_judgments(csv_file(tmp_path, "a1,v1,'-dQw4,'=bot,0,ai,,,\n"))

    assert data.comments == ("-dQw4",)
    assert data.sources == ("=bot",)


def test_text_columns_with_line_breaks_after_the_known_ones_are_passed_over(
    tmp_path: Path,
) -> None:
    path = csv_file(
        tmp_path,
        'a1,v1,c1,human,1,human,5,1,2,"first\nsecond, line"\n',
        HEADER.replace("seconds", "seconds,text"),
    )

    assert len(read_judgments(path)) == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("a1,v1,c2,bot,0,Human,,,", "row 2, column verdict: 'Human' is not human, ai"),
        ("a1,v1,c2,bot,0,,6,,", "row 2, column score: '6' is not a whole number 0 to"),
        ("a1,v1,c2,bot,0,,2.5,,", "row 2, column score: '2.5' is not a whole number"),
        ("a1,v1,c2,bot,0,,,0,", "row 2, column order: '0' is not a whole number from"),
        ("a1,v1,c2,bot,0,,,9999999999,", "order: '9999999999' is not a whole number"),
        ("a1,v1,c2,bot,0,,,,-1", "row 2, column seconds: '-1' is not a number of sec"),
        ("a1,v1,c2,bot,0,,,,fast", "row 2, column seconds: 'fast' is not a number"),
        ("a1,v1,c2,bot,maybe,,,,", "row 2, column is_human: 'maybe' is not 1 or 0"),
        ("a1,v1,c2,bot,,,,,", "row 2, column is_human: '' is not 1 or 0"),
        (",v1,c2,bot,0,,,,", "row 2, column annotator_id: empty"),
        ("a1,v1,c2,human,0,,,,", "row 2, column is_human: source 'human' is human in"),
        ("a2,v1,c1,bot,0,,,,", "column source: comment 'c1' is by"),
        ("a1,v1,c1,human,1,ai,,,", "rows 1 and 2: annotator 'a1' judged comment 'c1'"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(
    tmp_path: Path, line: str, complaint: str
) -> None:
    path = csv_file(tmp_path, f"a1,v1,c1,human,1,human,5,1,2\n{line}\n")

    with pytest.raises(AnalysisError) as caught:
        read_judgments(path)

    assert complaint in str(caught.value)
    assert "judgments.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("", "the file is empty"),
        ("annotator_id,video_id\n", "columns missing: comment_id, source, is_human"),
        (HEADER.replace(",", ";"), "the table has 'annotator_id;video_id;comment_id"),
        (HEADER.replace("score", "verdict"), "columns given twice: verdict"),
        (
            "annotator_id,video_id,comment_id,source,is_human\n",
            "neither a verdict nor a score column",
        ),
    ],
)
def test_a_wrong_header_is_explained(
    tmp_path: Path, header: str, complaint: str
) -> None:
    with pytest.raises(AnalysisError, match=rf"judgments\.csv: .*{complaint}"):
        read_judgments(csv_file(tmp_path, "", header))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_refused_by_name(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "judgments.csv"
    text = HEADER + "a1,v1,c1,modèle,0,ai,1,1,1\n"
    path.write_text(text, encoding=encoding)

    with pytest.raises(AnalysisError, match=r"judgments\.csv: is not text in UTF-8"):
        read_judgments(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"ending in \.csv or \.parquet"):
        read_judgments(tmp_path / "judgments.xlsx")


def test_a_missing_file_is_reported_as_such(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="cannot be read"):
        read_judgments(tmp_path / "nowhere.csv")


def test_a_renamed_parquet_file_is_reported_as_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "text.parquet"
    path.write_text("not parquet")

    with pytest.raises(AnalysisError, match="cannot be read"):
        read_judgments(path)


def test_a_wrong_time_is_named_by_row() -> None:
    table = frame([row("a1", "v1-human-1", "human", started_at="yesterday")])

    with pytest.raises(AnalysisError, match="row 1, column started_at: 'yesterday'"):
        judgments_from_table(table)


def test_times_of_other_zones_are_brought_to_utc() -> None:
    data = judgments(
        [row("a1", "v1-human-1", "human", started_at="2026-03-01T13:30:00+01:00")]
    )

    assert str(data.started_at[0]) == "2026-03-01T12:30:00.000000"
