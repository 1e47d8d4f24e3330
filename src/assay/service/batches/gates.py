"""What must hold before work goes to a vendor: each gate refuses with what to do."""

from sqlalchemy.orm import Session

from assay.service.acceptance.actions import ramp
from assay.service.pilots import store as pilots
from assay.service.problems import ConflictError
from assay.service.projects import actions as projects
from assay.service.projects import store as project_store
from assay.service.projects.tables import GuidelineRow, ProjectRow
from assay.service.vendors import store as vendors
from assay.service.vendors.values import profile_value
from assay.sourcing.residency import residency_faults


def guideline_in_force(session: Session, project_id: str) -> GuidelineRow:
    """Return the guideline that work is sent out under.

    Raises
    ------
    ConflictError
        When none is published, or it leaves open what annotators must know.
    """
    row = project_store.guideline_in_force(session, project_id)
    if row is None:
        raise ConflictError("No guideline is published. Publish one before you draw work.")
    projects.check_complete(session, project_id, row.id)
    return row


def check_residency(session: Session, project: ProjectRow, vendor_id: str) -> None:
    """Refuse to let images go to a vendor that works where the project does not allow it.

    Raises
    ------
    ConflictError
        The message says which countries, and what to correct.
    """
    name = vendors.vendor(session, vendor_id).name
    vendor = profile_value(name, vendors.profile(session, vendor_id), ())
    for fault in residency_faults(project.sensitivity, project.countries, vendor):
        raise ConflictError(
            f"{fault} Correct the countries at /api/v1/projects/{project.id} or at "
            f"/api/v1/vendors/{vendor_id}, or choose another vendor."
        )


def check_ramp(
    session: Session, project_id: str, vendor_id: str, *, images: int, reason: str
) -> bool:
    """Say whether a production batch is larger than a vendor's volume may be, with a reason given.

    Raises
    ------
    ConflictError
        When it is, and nobody says why.
    """
    proposal = ramp(session, project_id, vendor_id)
    if images <= proposal.images:
        return False
    if not reason.strip():
        raise ConflictError(
            f"{images:,} images are more than the {proposal.images:,} that this vendor may have in "
            f"one batch. {proposal.reasons[0]} Draw fewer, or give a reason for more."
        )
    return True


def check_award(session: Session, project_id: str, vendor_id: str) -> None:
    """Refuse production with a vendor that has no award.

    Raises
    ------
    ConflictError
        The message says how to come by one.
    """
    if pilots.award(session, project_id, vendor_id) is None:
        raise ConflictError(
            "This vendor has no award for the project. Run a pilot and award it, or let an admin "
            f"sign for production without one at POST /api/v1/projects/{project_id}/awards."
        )
