"""Every setting of the service, from the environment; docs/reference/settings.md lists them."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assay.errors import ParameterError

_MEBI = 2**20

#: Characters of an address that are stored.
_LONGEST_ADDRESS = 500


class Settings(BaseSettings):
    """Choices of whoever runs the service; each is an environment variable `ASSAY_NAME`."""

    model_config = SettingsConfigDict(env_prefix="ASSAY_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("assay-data"), description="Folder of the database, images and keys by default."
    )
    database_url: str | None = Field(
        None,
        description="`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; a SQLite file in "
        "the data folder by default.",
    )
    storage_url: str | None = Field(
        None, description="`file:///FOLDER` or `s3://BUCKET/PREFIX`; a folder of data by default."
    )
    storage_endpoint: str | None = Field(
        None,
        description="Address of an S3 API that is not Amazon's; credentials as AWS names them.",
    )
    master_key_file: Path | None = Field(
        None,
        description="File with the keys that seal stored files, one `ID:BASE64` a line, the first "
        "in use; made in the data folder at the first start by default.",
    )
    host: str = Field("127.0.0.1", description="Address to listen at.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8080, description="Port to listen at; 0 takes a free one."
    )
    public_url: str | None = Field(
        None, description="Address that people use, such as `https://labels.example.com`."
    )
    workers: Annotated[int, Field(ge=0, le=64)] = Field(
        2, description="Jobs done at once in this process; 0 leaves them to `assay worker`."
    )
    item_workers: Annotated[int, Field(ge=0, le=256)] = Field(
        0, description="Processes that read delivered files; 0 takes one per core."
    )
    lease_seconds: Annotated[int, Field(ge=2, le=3600)] = Field(
        30, description="A job whose worker was silent for so long is given to another."
    )
    publish_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        5,
        description="What was found in a delivery is told up to so many seconds later, so that the "
        "time it took says nothing of gold; 0 tells it at once.",
    )
    idle_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        15, description="A session ends after so long without a request."
    )
    session_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        12, description="A session ends after so long whatever happens."
    )
    invitation_days: Annotated[int, Field(ge=1, le=90)] = Field(
        7, description="An invitation can be taken up for so long."
    )
    logins_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        10, description="Attempts to sign in, from one address and for one account."
    )
    require_totp: bool = Field(
        default=False, description="Whether everybody must set up a second factor."
    )
    oidc_client_id: str | None = Field(
        None, description="What the provider of sign-ins calls this service."
    )
    oidc_client_secret: SecretStr | None = Field(
        None,
        description="What the service proves itself with to the provider of sign-ins; none where "
        "it is registered as a public client.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="Address of an OpenID provider whose people may sign in, exactly as it calls "
        "itself; needs `ASSAY_OIDC_CLIENT_ID` and `ASSAY_PUBLIC_URL`.",
    )
    max_request_bytes: Annotated[int, Field(ge=1024)] = Field(
        2 * _MEBI, description="Largest request other than an upload, in bytes."
    )
    max_part_bytes: Annotated[int, Field(ge=1024)] = Field(
        8 * _MEBI, description="Largest part of an upload, in bytes."
    )
    max_upload_bytes: Annotated[int, Field(ge=1024)] = Field(
        4096 * _MEBI, description="Largest upload, in bytes."
    )
    import_dirs: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Folders from which images may be imported, separated by colons."
    )
    import_buckets: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Prefixes `s3://BUCKET/PREFIX` from which images may be imported, separated by "
        "spaces; reached with the address and credentials of the store of files.",
    )
    audit_key_file: Path | None = Field(
        None,
        description="File with the key that signs heads of the audit log; made in the data folder "
        "at the first start by default.",
    )
    anchor_url: str | None = Field(
        None,
        description="`file:///FOLDER` or `s3://BUCKET/PREFIX` outside the database, for signed "
        "heads of the audit log; a folder of data by default. Take one that who can write the "
        "database cannot.",
    )
    anchor_seconds: Annotated[int, Field(ge=0, le=86_400)] = Field(
        60,
        description="Heads of the audit log are signed so often, while anything happens; 0 never.",
    )
    webhook_http: bool = Field(
        default=False, description="Whether webhooks may be sent by plain http, too."
    )
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Private networks that webhooks may reach, such as `10.1.0.0/16`, separated by "
        "commas; none by default.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is logged, as JSON lines on standard error."
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _provider(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if not is_web_address(value):
            raise ValueError(
                "a provider has an https address without a query; http is for this machine alone"
            )
        lacking = [name for name in ("oidc_client_id", "public_url") if not info.data.get(name)]
        if lacking:
            needed = " and ".join(f"ASSAY_{name.upper()}" for name in lacking)
            raise ValueError(f"set {needed} as well")
        return value

    @field_validator("import_dirs", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return tuple(part for part in value.split(":") if part) if isinstance(value, str) else value

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        named = value.split(",") if isinstance(value, str) else value
        if isinstance(named, list | tuple):
            return tuple(str(ip_network(str(part).strip())) for part in named if str(part).strip())
        return value

    @field_validator("import_buckets", mode="before")
    @classmethod
    def _prefixes(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @property
    def database(self) -> str:
        """Address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'assay.db'}"

    @property
    def storage(self) -> str:
        """Address of the store of files."""
        return self.storage_url or f"file://{self.data_dir.resolve() / 'files'}"

    @property
    def key_file(self) -> Path:
        """File of the master keys that seal stored files."""
        return self.master_key_file or self.data_dir / "master-keys"

    @property
    def audit_key(self) -> Path:
        """File of the key that signs heads of the audit log."""
        return self.audit_key_file or self.data_dir / "audit-key"

    @property
    def anchors(self) -> str:
        """Address of the signed heads."""
        return self.anchor_url or f"file://{self.data_dir.resolve() / 'anchors'}"

    @property
    def secure(self) -> bool:
        """Whether people reach the service by https, so that cookies demand it."""
        return (self.public_url or "").startswith("https://")


def is_web_address(url: str) -> bool:
    """Say whether an address is one to trust secrets to: by https, or on this machine.

    Examples
    --------
    >>> [is_web_address(f"{scheme}login.example.org") for scheme in ("https://", "http://", "")]
    [True, False, False]
    >>> is_web_address("http://localhost:9400"), is_web_address("https://a@login.example.org")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    plain = not (parts.query or parts.fragment or parts.username is not None)
    readable = (
        len(url) <= _LONGEST_ADDRESS and url.isascii() and url.isprintable() and " " not in url
    )
    return bool(parts.hostname) and plain and readable and (here or parts.scheme == "https")


def read_settings(**chosen: object) -> Settings:
    """Read the environment; what is chosen goes before it.

    Raises
    ------
    ParameterError
        When a variable has a value that it cannot have.
    """
    try:
        return Settings(**chosen)  # type: ignore[arg-type]  # checked by the model
    except ValidationError as error:
        faults = "; ".join(
            f"ASSAY_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        )
        raise ParameterError(f"Settings in the environment are not usable: {faults}.") from None
