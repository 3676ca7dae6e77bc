"""The peer of http_load.py: one validated JSON POST, as a team would write it with FastAPI.

The same work as `POST /experiments/{experiment}/assignments`: the bearer key is looked up by its hash and the experiment
read from SQLite (PEER_DATABASE), both kept for a tenth of a second, the body checked, and each unit assigned by GrowthBook's
bucketing, version 2. The event loop calls the database itself: a pool of threads was slower.
"""
import hashlib
import json
import os
import sqlite3
import time
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

app = FastAPI()
database = sqlite3.connect(os.environ["PEER_DATABASE"])


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


def recently(read):
    """`read`, whose results but None are kept for a tenth of a second."""
    kept = {}

    def get(key):
        now = time.monotonic()
        found = kept.get(key)
        if found is not None and now - found[1] < 0.1:
            return found[0]
        value = read(key)
        if value is not None:
            kept[key] = value, now
        return value
    return get


@recently
def role_of(digest):
    return database.execute("SELECT role FROM keys WHERE hash = ?", (digest,)).fetchone()


@recently
def content_of(experiment):
    found = database.execute("SELECT content FROM experiments WHERE id = ?", (experiment,)).fetchone()
    return found and json.loads(found[0])


async def signed_in(authorization: Annotated[str, Header()] = ""):
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    if role_of(digest) is None:
        raise HTTPException(401)


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def arm_of(experiment, unit):
    bucket = (fnv1a(str(fnv1a(experiment["seed"] + unit))) % 10000) / 10000
    for arm in experiment["arms"]:
        start, end = arm["range"]
        if start <= bucket < end:
            return arm["key"]
    return None


@app.post("/experiments/{experiment}/assignments", dependencies=[Depends(signed_in)])
async def assign(experiment: str, request: AssignmentRequest) -> AssignmentList:
    content = content_of(experiment)
    if content is None:
        raise HTTPException(404)
    items = [Item(unit=unit, arm=arm_of(content, unit), reason="assigned") for unit in request.units]
    return AssignmentList(experiment=experiment, state=content["state"], items=items)
