"""Where webhooks may lead: every way into the house that is known is closed."""

from ipaddress import ip_address

import pytest

from assay.service.problems import ServiceError
from assay.service.webhooks.addresses import (
    Fence,
    Target,
    UnreachableError,
    allowed_addresses,
    check_literal,
    resolve,
)

HOOK = Target("https", "hooks.example.com", 443, "/")


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),  # noqa: S104 - refused
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("2001:db8::1", "2001:0:7f00:1::"),
    ],
)
def test_no_address_of_a_house_is_reached(text: str) -> None:
    assert not Fence().lets(ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "34.120.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_reached(text: str) -> None:
    assert Fence().lets(ip_address(text))


def test_a_network_that_is_named_is_reached_and_no_other() -> None:
    fence = Fence(("10.1.0.0/16", "fd00:1::/32"))
    assert fence.lets(ip_address("10.1.2.3"))
    assert fence.lets(ip_address("::ffff:10.1.2.3"))
    assert fence.lets(ip_address("fd00:1::5"))
    assert not fence.lets(ip_address("10.2.0.1"))


def test_a_name_with_one_address_in_the_house_leads_nowhere() -> None:
    both = [ip_address("1.1.1.1"), ip_address("10.0.0.1")]
    with pytest.raises(UnreachableError, match="ASSAY_WEBHOOK_NETWORKS") as refused:
        allowed_addresses(HOOK, Fence(), lambda _: both)
    assert "10.0.0.1" not in str(refused.value)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "localhost"])
def test_odd_spellings_of_this_machine_are_resolved_before_they_are_checked(host: str) -> None:
    target = Target("https", host, 443, "/")
    with pytest.raises(UnreachableError):
        allowed_addresses(target, Fence(), resolve)


def test_a_name_without_an_address_is_unreachable() -> None:
    with pytest.raises(UnreachableError, match="has no address"):
        resolve(Target("https", "x" * 70 + ".invalid", 443, "/"))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "https:///x",
            "https://",
        ),
        *("https://user@example.com/", "https://user:pw@example.com/", "https://example.com/#x"),
        f"https://{'a' * 254}.com/",
        *("https://example.com:99999/", "https://example.com/\r\nX: y", "https://exa mple.com/"),
        *("https://example.com\\@10.0.0.1/", "https://exämple.com/", "gopher://x", "https://[::1/"),
    ],
)
def test_what_is_no_plain_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(ServiceError):
        Target.parse(url, http=False)


def test_an_address_is_read_in_parts() -> None:
    target = Target.parse("https://Hooks.Example.com:8443/a/b?c=d", http=False)
    assert (target.host, target.port, target.path) == ("hooks.example.com", 8443, "/a/b?c=d")
    assert target.host_header == "hooks.example.com:8443"
    assert Target.parse("http://[fd00::1]/", http=True).host_header == "[fd00::1]"


def test_an_address_in_numbers_is_checked_when_it_is_given() -> None:
    check_literal(HOOK, Fence())
    with pytest.raises(UnreachableError):
        check_literal(Target("https", "169.254.169.254", 443, "/"), Fence())
