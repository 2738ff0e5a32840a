"""Encrypted backups: the backup's folder as one tar file, through age or GnuPG.

Neither is installed with the platform. Encrypting needs the public key alone, so that
who can read the server's disk can't read its backups.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from operations.errors import BackupError

AGE: Final = "age"
GPG: Final = "gpg"
_UNFINISHED: Final = ".unfinished"


def tool_for(recipient: str) -> str:
    """Return which program encrypts for a recipient, as it is written.

    Raises:
        BackupError: that program is not installed.
    """
    is_ages = recipient.startswith(("age1", "ssh-"))
    return _installed(AGE if is_ages else GPG)


def encrypt(folder: Path, recipient: str) -> Path:
    """Make one encrypted file of a backup, delete the folder, return the file.

    Raises:
        BackupError: the program is missing or failed; the folder is left then.
    """
    tool = tool_for(recipient)
    target = folder.with_name(f"{folder.name}.tar.{tool}")
    draft = target.with_name(target.name + _UNFINISHED)
    command = {
        AGE: [AGE, "--recipient", recipient, "--output", str(draft)],
        GPG: [
            *(GPG, "--batch", "--yes", "--trust-model", "always", "--encrypt"),
            *("--recipient", recipient, "--output", str(draft)),
        ],
    }[tool]
    process = subprocess.Popen(  # noqa: S603 (our own command line)
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        with tarfile.open(fileobj=process.stdin, mode="w|") as tar:
            tar.add(folder, arcname=folder.name)
    except BrokenPipeError:
        pass  # it says itself why
    _, said = process.communicate()
    if process.returncode:
        draft.unlink(missing_ok=True)
        msg = f"{tool} could not encrypt the backup: {said.decode().strip()}"
        raise BackupError(msg)
    os.sync()
    draft.replace(target)
    shutil.rmtree(folder)
    return target


@contextmanager
def opened(backup: Path, identity: Path | None) -> Iterator[Path]:
    """Yield the folder of a backup; an encrypted one is decrypted beside it meanwhile.

    Args:
        backup: a backup's folder or its encrypted file.
        identity: the file with age's secret key; GnuPG uses its key ring.

    Raises:
        BackupError: it can't be decrypted.
    """
    if backup.is_dir() or not backup.exists():
        yield backup
        return
    tool = backup.suffix.removeprefix(".")
    if tool not in {AGE, GPG}:
        msg = f"{backup} is neither a backup's folder nor a .tar.age or .tar.gpg file."
        raise BackupError(msg)
    with tempfile.TemporaryDirectory(dir=backup.parent, prefix=".restore-") as made:
        yield _decrypt(backup, _installed(tool), identity, Path(made))


def _decrypt(backup: Path, tool: str, identity: Path | None, into: Path) -> Path:
    command = [GPG, "--batch", "--decrypt", str(backup)]
    if tool == AGE:
        if identity is None:
            msg = f"{backup} is encrypted with age: name your key with --identity FILE."
            raise BackupError(msg)
        command = [AGE, "--decrypt", "--identity", str(identity), str(backup)]
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
            tar.extractall(into, filter="data")
    except tarfile.TarError:
        pass  # what came out was no whole tar: the exit status says why
    _, said = process.communicate()
    inside = [path for path in into.iterdir() if path.is_dir()]
    if process.returncode or len(inside) != 1:
        why = said.decode().strip() or "there is no backup inside"
        msg = f"{backup} can't be decrypted: {why}"
        raise BackupError(msg)
    return inside[0]


def _installed(tool: str) -> str:
    if shutil.which(tool) is None:
        package = {AGE: "age", GPG: "gnupg"}[tool]
        msg = (
            f"{tool} is not installed. Install it (on Debian: apt-get install "
            f"{package}), or back up without encryption."
        )
        raise BackupError(msg)
    return tool
