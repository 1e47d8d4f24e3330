"""A project that is ready for a pilot: six images, some of them gold, a complete guideline."""

from service.assets.images import bring_pictures
from service.batches.work import publish
from service.gold.labels import make_gold
from service.house import House

IMAGES = 6


def begin_project(house: House, *, gold: int, images: int = IMAGES, gold_share: float = 0.0) -> str:
    """Begin a project, without hidden gold in its batches by default; return its identifier."""
    policies = {"training": {"gold_share": gold_share}}
    body = {"name": "Streets", "currency": "EUR", "budget_minor": 10, "policies": policies}
    project = str(house.lead.made("/projects", body)["id"])
    bring_pictures(house, project, images)
    ontology, _ = publish(house, project)
    make_gold(house, project, ontology, range(gold))
    return project
