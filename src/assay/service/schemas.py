"""What all requests and answers have in common."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    model_validator,
)

T = TypeVar("T")


class Input(BaseModel):
    """What a caller sends: strict types, no field that is not declared."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Change(Input):
    """What is to be different; a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Say at least one thing that is to be different.")
        return self


class Answer(BaseModel):
    """What the service says: exactly the declared fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SecretAnswer(Answer):
    """What is said once: never stored, so never repeated to a second request with the same key."""


class Page(Answer, Generic[T]):
    """One stretch of a list.

    Parameters
    ----------
    items
        What is listed, oldest first.
    next
        Cursor of the following stretch; null at the end.
    """

    items: list[T]
    next: str | None


# Controls, ends of lines, and marks that turn the direction of what follows: a name that holds one
# is not what it looks like.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"

#: One line for people to read; it holds something beside blanks.
Line = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=rf"^[^{_UNSEEN}]*[^{_UNSEEN}\s][^{_UNSEEN}]*$",
    ),
]

#: Some paragraphs.
Text = Annotated[str, Field(max_length=100_000, pattern=r"^[^\x00]*$")]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("This moment is too early or too late.") from None


#: Times in requests are texts in JSON, so they are not strict; a zone is demanded.
Moment = Annotated[AwareDatetime, Strict(strict=False), AfterValidator(_in_utc)]

Time = datetime
