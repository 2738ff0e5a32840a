"""What the columns of the long table hold, for whoever takes it away."""

CODEBOOK = """# Codebook of the judgments

One row is one judgment: what one annotator said about one comment. Cells may be empty
where nothing was said or recorded.

| column | holds |
| --- | --- |
| annotator_id | who judged: an opaque id of this study alone |
| video_id | the video under which the comment stood |
| comment_id | the comment |
| source | who wrote the comment: `human`, or a model in one configuration |
| is_human | 1 if a person wrote it, else 0 |
| verdict | `human` or `ai`: who the annotator believed wrote it |
| score | realism from 0 (a machine, or nonsense) to 5 (surely a viewer) |
| order | position at which the comment was shown in its batch, from 1 |
| seconds | from showing to the first full answer |
| assignment_no | how many batches the annotator had been given, from 1 |
| started_at | when the batch was begun, UTC |

Further columns describe the comment and its video. A cell that begins with an
apostrophe before `=`, `+`, `-` or `@` is text that a spreadsheet would take for a
formula; the analysis removes the apostrophe.
"""
