"""A real PostgreSQL server for a test, in a folder of its own, where its programs are installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


def programs():
    """Folder of initdb and pg_ctl, None where they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    folders = [path.parent for path in reversed(found)] + ([Path(on_path).parent] if on_path else [])
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def other_user():
    """Whose server it is: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def refuses_this_user():
    """Whether nobody is there as whom the server could run."""
    return os.getuid() == 0 and other_user() is None


@contextmanager
def running(folder):
    """SQLAlchemy address of a server that listens on a socket in its own folder only."""
    user = other_user()
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # a short path: socket names are limited to about a hundred characters
    try:
        if user:
            os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        own = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        ask = {
            "check": True,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            "cwd": home,
            "timeout": 60,
            **own,
        }
        data, log = home / "data", home / "log"
        setup = ["--auth=trust", "--username=reader", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run([folder / "initdb", "-D", data, *setup], **ask)
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        subprocess.run([folder / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"], **ask)
        try:
            yield f"postgresql+psycopg://reader@/postgres?host={home}"
        finally:
            subprocess.run([folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], **ask)
    finally:
        shutil.rmtree(home, ignore_errors=True)
