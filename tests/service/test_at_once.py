"""Several people do the same thing at the same moment: it takes effect once, and nothing breaks."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

from httpx2 import Response
from sqlalchemy import select

from assay.service.audit.tables import EntryRow
from assay.service.batches.tables import BatchItemRow
from service.batches.test_rework import judged as judged_work
from service.batches.test_rework import of_round, send_back
from service.batches.work import ask as ask_for_batch
from service.batches.work import draw, items, prepare
from service.billing.accepted import accept, agree, bill
from service.deliveries.batches import send_batch
from service.house import Caller, House
from service.pilots.project import begin_project
from service.projects.guidelines import PROJECT, draft
from service.questions.test_questions import RULE, answer, ask
from service.review.test_review import judged


def at_once(*calls: Callable[[], Response]) -> list[Response]:
    """Make calls in threads that start together; return the answers, none of them a fault."""
    barrier, answers = Barrier(len(calls)), dict[int, Response]()

    def run(number: int, call: Callable[[], Response]) -> None:
        barrier.wait()
        answers[number] = call()

    threads = [Thread(target=run, args=place) for place in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [answers[number] for number in range(len(calls))]
    assert all(response.status_code < 500 for response in found), [each.text for each in found]
    return found


def people(house: House, role: str, count: int = 5) -> list[Caller]:
    return [house.person(role, name=f"{role} {number}") for number in range(count)]


def all_post(callers: Sequence[Caller], path: str, body: object = None) -> list[int]:
    """Let everybody post the same; return the codes of the answers, sorted."""
    found = at_once(*(lambda caller=caller: caller.post(path, json=body) for caller in callers))
    return sorted(int(response.status_code) for response in found)


def entries(house: House, action: str) -> int:
    with house.app.state.database.reading() as session:
        count: int = session.query(EntryRow).filter_by(action=action).count()
        return count


def test_a_vendor_is_awarded_once_and_one_revocation_ends_it(house: House) -> None:
    path = f"/projects/{house.lead.made('/projects', PROJECT)['id']}/awards"
    body = {"vendor": house.organisations["northlight"], "reason": "known from other projects"}
    assert all_post(people(house, "admin"), path, body) == [201] + [409] * 4
    [award] = house.lead.seen(path)["items"]
    ending = f"{path}/{award['id']}/revocation"
    reason = {"reason": "they closed their house"}
    assert all_post(people(house, "lead"), ending, reason) == [201] + [409] * 4
    assert entries(house, "award.revoked") == 1
    assert house.admin.post(path, json=body).status_code == 201


def test_two_admins_cannot_both_take_the_others_role_away(house: House) -> None:
    def demote(by: Caller, whom: Caller) -> Response:
        body, tag = {"roles": ["auditor"]}, {"if-match": '"1"'}
        return by.patch(f"/people/{whom.user}", json=body, headers=tag)

    for number in range(3):
        one, other = (house.person("admin", name=f"{name} {number}") for name in ("one", "other"))
        found = at_once(partial(demote, one, other), partial(demote, other, one))
        assert sum(response.status_code == 200 for response in found) == 1


def test_a_guideline_is_published_once_and_its_gaps_are_waived_once(house: House) -> None:
    path = draft(house.lead)
    assert all_post(people(house, "lead"), f"{path}/publication") == [201] + [409] * 4
    body = {"reason": "the vendor knows these classes"}
    assert all_post(people(house, "admin"), f"{path}/waiver", body) == [201] + [409] * 4


def test_a_vendor_is_put_into_a_group_by_several_at_once(house: House) -> None:
    path = f"/vendors/{house.organisations['northlight']}/group"
    body = {"name": "one house"}
    found = at_once(
        *(lambda lead=lead: lead.put(path, json=body) for lead in people(house, "lead"))
    )
    assert {int(response.status_code) for response in found} == {204}


def test_pilots_that_are_begun_at_once_never_share_an_image(house: House) -> None:
    project = begin_project(house, gold=6)
    vendors = [house.organisations[name] for name in ("northlight", "pixelforge")]
    body = {"name": "Autumn", "vendors": vendors, "size": 4}
    path = f"/projects/{project}/pilots"
    assert all_post(people(house, "lead"), path, body) == [201] + [409] * 4
    house.work()
    [pilot] = house.lead.seen(path)["items"]
    sending = f"{path}/{pilot['id']}/sending"
    assert all_post(people(house, "lead"), sending) == [201] + [409] * 4


def test_rework_and_a_new_batch_at_once_show_a_vendor_no_image_twice(house: House) -> None:
    work = prepare(house, images=120, gold=12)
    batches = [judged_work(house, work) for _ in range(2)]
    named = [
        [item["item"] for item in items(house, batch) if item["role"] == "work"][:10]
        for batch in batches
    ]
    found = at_once(
        lambda: send_back(house, batches[0], items=named[0]),
        lambda: ask_for_batch(house, work),
        lambda: send_back(house, batches[1], items=named[1]),
        lambda: ask_for_batch(house, work),
    )
    assert {int(response.status_code) for response in found} == {201}
    with house.app.state.database.reading() as session:
        images = list(session.scalars(select(BatchItemRow.asset_id)))
    assert len(images) == len(set(images))
    assert all(of_round(house, batch, 2) for batch in batches)


def test_a_batch_is_sent_or_cancelled_never_both(house: House) -> None:
    batch = draw(house, prepare(house))
    tag = {"if-match": f'"{batch["version"]}"'}
    steps = ("sending", "cancellation") * 2
    found = at_once(
        *(
            lambda lead=lead, what=what: lead.post(f"/batches/{batch['id']}/{what}", headers=tag)
            for lead, what in zip(people(house, "lead", 4), steps, strict=True)
        )
    )
    assert sorted(int(each.status_code) for each in found) == [201, 412, 412, 412]


def test_a_batch_is_decided_about_once(house: House, tmp_path: Path) -> None:
    batch = judged(house, tmp_path)
    bodies = [
        {"decision": decision, "override": True, "reason": "Seen by us."}
        for decision in ("accept", "reject") * 2
    ]
    found = at_once(
        *(
            lambda lead=lead, body=body: lead.post(f"/batches/{batch}/decisions", json=body)
            for lead, body in zip(people(house, "lead", 4), bodies, strict=True)
        )
    )
    assert sorted(int(each.status_code) for each in found) == [201, 409, 409, 409]


def test_an_item_goes_to_one_reviewer(house: House, tmp_path: Path) -> None:
    batch = judged(house, tmp_path)
    reviewers = people(house, "reviewer")
    found = at_once(
        *(lambda each=each: each.post(f"/batches/{batch}/reviews") for each in reviewers)
    )
    taken = [each.json()["item"] for each in found if each.status_code == 201]
    assert len(taken) == len(set(taken)) == 2


def test_an_answer_becomes_one_rule(house: House) -> None:
    question = ask(house, send_batch(house))["id"]
    answer(house, question)
    path = f"/questions/{question}/rules"
    assert all_post(people(house, "lead"), path, RULE) == [201] + [409] * 4


def test_an_invoice_is_issued_once_and_paid_once(house: House) -> None:
    agree(house)
    path = f"/invoices/{bill(house, accept(house))['id']}"
    finances = people(house, "finance")
    assert all_post(finances, f"{path}/issue", {"due_on": "2099-01-31"}) == [201] + [409] * 4
    tag = {"if-match": house.lead.get(path).headers["etag"]}
    body = {"paid_on": "2026-11-01", "reference": "SEPA 4711"}
    found = at_once(
        *(lambda f=f: f.post(f"{path}/payment", json=body, headers=tag) for f in finances)
    )
    assert sorted(int(each.status_code) for each in found) == [201] + [412] * 4
    assert entries(house, "invoice.paid") == 1
