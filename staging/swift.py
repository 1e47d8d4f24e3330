"""A private OpenStack Swift with its S3 API, as Debian packages it: an object store of production.

``apt-get install swift-proxy swift-account swift-container swift-object`` is all that it needs; a
``memcached`` is used where there is one.  Everything lies in a folder of its own, listens on ports
of its own on this machine, belongs to whoever starts it, and ends with the block.
"""

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import httpx2

from staging.ports import free_port, wait_for

_SERVERS = ("account", "container", "object")
_PROGRAMS = (
    *(f"swift-{name}-server" for name in (*_SERVERS, "proxy")), "swift-ring-builder",
)  # fmt: skip
_HASHES = Path("/etc/swift/swift.conf")

_KEY, _SECRET = "assay:studies", "for-studies-alone"
_REGION = "us-east-1"

_STORAGE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {home}
devices = {home}/devices
mount_check = false
workers = 0
log_level = WARNING

[pipeline:main]
pipeline = {name}-server

[app:{name}-server]
use = egg:swift#{name}
"""

_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {home}
workers = 0
log_level = WARNING

[pipeline:main]
pipeline = catch_errors healthcheck cache s3api tempauth slo dlo proxy-server

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:healthcheck]
use = egg:swift#healthcheck

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{cache}

[filter:s3api]
use = egg:swift#s3api
location = {region}

[filter:tempauth]
use = egg:swift#tempauth
user_{user_of_key} = {secret} .admin

[filter:slo]
use = egg:swift#slo

[filter:dlo]
use = egg:swift#dlo

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""


def missing() -> str:
    """Return what this machine lacks to run Swift, in a sentence; "" where it has all."""
    absent = [program for program in _PROGRAMS if not shutil.which(program)]
    if absent:
        return (
            f"Swift is not installed ({', '.join(absent)}). On Debian: apt-get install swift-proxy "
            "swift-account swift-container swift-object memcached."
        )
    if not os.access(_HASHES, os.R_OK):
        return f"{_HASHES}, which every Swift reads, cannot be read by {getpass.getuser()}."
    return ""


@dataclass
class Swift:
    """A running Swift.

    Parameters
    ----------
    home
        Its folder.
    ports
        Where each of its servers listens.
    """

    home: Path
    ports: Mapping[str, int]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Address of the S3 API."""
        return f"http://127.0.0.1:{self.ports['proxy']}"

    @property
    def environment(self) -> dict[str, str]:
        """What a client of the S3 API reads from its environment."""
        return environment(self.endpoint, _KEY, _SECRET)

    @property
    def version(self) -> str:
        """Which Swift it is."""
        found = httpx2.get(f"{self.endpoint}/info", timeout=30).json()
        return str(found["swift"]["version"])

    def start(self, name: str) -> None:
        """Start one of the servers, and return once it listens."""
        program = f"swift-{name}-server"
        with (self.home / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - Debian's own
                [program, str(self.home / f"{name}.conf")],
                # Debian's Python and its packages, not ours.
                env={"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"},
                stdout=log,
                stderr=log,
            )
        wait_for(self.ports[name], program)

    def kill(self, name: str) -> None:
        """Kill one of the servers, as a power cut does."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(30)

    def stop(self) -> None:
        """End all servers."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)

    def run_cache(self) -> None:
        """Start a cache where there is one: without it every request asks the account first."""
        program = shutil.which("memcached")
        if program:
            port, user = str(self.ports["cache"]), getpass.getuser()
            self._running["cache"] = subprocess.Popen(  # noqa: S603 - Debian's own
                [program, "-l", "127.0.0.1", "-p", port, "-U", "0", "-m", "64", "-u", user]
            )
            wait_for(self.ports["cache"], program)


@contextmanager
def swift() -> Iterator[Swift]:
    """Run a Swift with one disk and the bucket ``assay`` until the block ends."""
    home = Path(tempfile.mkdtemp(prefix="swift-"))
    ports = {name: free_port() for name in (*_SERVERS, "proxy", "cache")}
    running = Swift(home, ports)
    try:
        _write_settings(home, ports)
        running.run_cache()
        for name in (*_SERVERS, "proxy"):
            running.start(name)
        make_bucket(running.endpoint, _KEY, _SECRET)
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


def environment(endpoint: str, key: str, secret: str) -> dict[str, str]:
    """Return what a client of an S3 API reads from its environment."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": _REGION,
    }


def make_bucket(endpoint: str, key: str, secret: str) -> None:
    """Make the bucket ``assay``."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=_REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )
    client.create_bucket(Bucket="assay")
    client.close()


def _write_settings(home: Path, ports: Mapping[str, int]) -> None:
    (home / "devices" / "disk").mkdir(parents=True)
    for name in _SERVERS:
        _make_ring(home, name, ports[name])
        text = _STORAGE.format(name=name, port=ports[name], user=getpass.getuser(), home=home)
        (home / f"{name}.conf").write_text(text, encoding="ascii")
    text = _PROXY.format(
        port=ports["proxy"],
        cache=ports["cache"],
        user=getpass.getuser(),
        home=home,
        region=_REGION,
        user_of_key=_KEY.replace(":", "_"),
        secret=_SECRET,
    )
    (home / "proxy.conf").write_text(text, encoding="ascii")


def _make_ring(home: Path, name: str, port: int) -> None:
    """Make the ring that says where things lie: 256 parts, one copy of each, on the one disk."""
    builder = str(home / f"{name}.builder")
    for words in (
        ["create", "8", "1", "0"],
        ["add", f"r1z1-127.0.0.1:{port}/disk", "1"],
        ["rebalance"],
    ):
        subprocess.run(  # noqa: S603 - Debian's own
            ["swift-ring-builder", builder, *words],  # noqa: S607 - wherever it is installed
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            check=True,
        )
