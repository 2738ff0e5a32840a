"""MMLA: utterances with one label of one dimension; all pure."""
