"""``assay deliver``: a vendor's archive goes to the service."""

from pathlib import Path

from assay.cli.output import say
from assay.errors import SourceError


def run_deliver(batch: str, archive: Path, *, wait: bool) -> None:
    """Upload an archive; say what was found in it."""
    try:
        from assay.cli.signed_in import signed_in_client
    except ModuleNotFoundError as error:
        raise SourceError(
            f"The service's client is not installed ({error.name} is absent). Install it with: "
            "pip install 'assay[service]'."
        ) from None
    with signed_in_client() as client:
        delivery = client.deliver(batch, archive)
        say(f"{archive.name} came in as {delivery['id']}.\n")
        if not wait:
            return
        path = f"/vendor/deliveries/{delivery['id']}"
        found = client.wait(path, until="received")
        say(
            f"{found['state']}: {found['items']} items, {found['errors']} errors, "
            f"{found['warnings']} warnings.\n"
        )
        for finding in found["findings"]:
            say(f"  {finding['severity']} {finding['rule']}: {finding['message']}\n")
            say(f"    {finding['remedy']}\n")
        for item in client.all_of(f"{path}/items"):
            for finding in item["findings"]:
                say(f"  {item['item']}: {finding['rule']}: {finding['message']}\n")
