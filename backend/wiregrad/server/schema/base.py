"""The two directions of a message: what we answer is complete, what we are sent is checked strictly."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]
Sequence = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Answer(BaseModel):
    """Something the server says. NaN and infinity become null, which is all that JSON has for them."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null")


class Ask(BaseModel):
    """Something the server is sent: unknown fields are refused, and numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
