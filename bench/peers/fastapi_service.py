"""The peer of http_load.py: one validated JSON POST, as a team would write it with FastAPI.

It answers the arm of each unit by the same hash (GrowthBook bucketing, version 2), for a bearer key kept in memory.
"""
import hmac
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

KEY = "Bearer peer-key"
ARMS = ["control", "informational", "urgent", "friendly"]
app = FastAPI()


class AssignmentRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    units: list[Annotated[str, Field(max_length=200)]] = Field(min_length=1, max_length=1000)


class Item(BaseModel):
    unit: str
    arm: str | None
    reason: str


class AssignmentList(BaseModel):
    experiment: str
    state: str
    items: list[Item]


def signed_in(authorization: Annotated[str, Header()] = ""):
    if not hmac.compare_digest(authorization, KEY):
        raise HTTPException(401)


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def arm_of(unit):
    bucket = (fnv1a(str(fnv1a("seed" + unit))) % 10000) / 10000
    return ARMS[int(bucket * len(ARMS))]


@app.post("/assignments", dependencies=[Depends(signed_in)])
def assign(request: AssignmentRequest) -> AssignmentList:
    items = [Item(unit=unit, arm=arm_of(unit), reason="assigned") for unit in request.units]
    return AssignmentList(experiment="peer", state="running", items=items)
