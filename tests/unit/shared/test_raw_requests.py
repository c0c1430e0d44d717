"""Requests written by hand: aiokafka's description of the protocol writes and reads the same."""

from io import BytesIO
from typing import Any

import pytest
from aiokafka.errors import IncompatibleBrokerVersion
from aiokafka.protocol.api import RequestHeader_v1
from aiokafka.protocol.fetch import FetchRequest_v4, FetchResponse_v4
from aiokafka.protocol.produce import ProduceRequest_v3, ProduceResponse_v3
from hypothesis import given
from hypothesis import strategies as st

from shared.fetch_request import (
    BYTES_MAX,
    PARTITION_BYTES_MAX,
    WAIT_MILLISECONDS,
    Fetched,
    FetchRequest,
)
from shared.produce_request import Produced, ProduceRequest

TOPICS = st.text("abc.-é", min_size=1, max_size=20)
PARTITIONS = st.integers(0, 2**31 - 1)
OFFSETS = st.integers(0, 2**63 - 1)
CODES = st.integers(-1, 2**15 - 1)
RECORDS = st.binary(max_size=200)
ABORTED = st.none() | st.lists(st.tuples(OFFSETS, OFFSETS), max_size=3)
FETCHED = st.tuples(PARTITIONS, CODES, OFFSETS, OFFSETS, ABORTED, RECORDS | st.none())
PRODUCED = st.tuples(PARTITIONS, CODES, OFFSETS, OFFSETS)


def by_topic(partition: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, list[Any]]]:
    return st.dictionaries(TOPICS, st.lists(partition, max_size=4), max_size=4)


@given(by_topic(st.tuples(PARTITIONS, OFFSETS)))
def test_a_fetch_is_asked_for_as_aiokafka_asks(wanted: dict[str, list[tuple[int, int]]]) -> None:
    theirs = FetchRequest_v4(
        -1,
        WAIT_MILLISECONDS,
        1,
        BYTES_MAX,
        0,
        [
            (topic, [(*partition, PARTITION_BYTES_MAX) for partition in partitions])
            for topic, partitions in wanted.items()
        ],
    )

    assert FetchRequest(wanted).encode() == theirs.encode()


@given(by_topic(FETCHED))
def test_what_is_fetched_is_read_as_aiokafka_writes_it(answered: dict[str, list[Any]]) -> None:
    body = FetchResponse_v4(7, list(answered.items())).encode()

    assert FetchRequest.RESPONSE_TYPE.decode(BytesIO(body)) == [
        Fetched(topic, number, code, records or b"", end)
        for topic, partitions in answered.items()
        for number, code, end, _, _, records in partitions
        if records or code
    ]


@given(by_topic(st.tuples(PARTITIONS, RECORDS)), st.integers(0, 60_000))
def test_records_are_sent_as_aiokafka_sends_them(
    batches: dict[str, list[tuple[int, bytes]]], milliseconds: int
) -> None:
    theirs = ProduceRequest_v3(None, -1, milliseconds, list(batches.items()))

    assert ProduceRequest(batches, milliseconds).encode() == theirs.encode()


@given(by_topic(PRODUCED))
def test_what_became_of_records_is_read_as_aiokafka_writes_it(
    answered: dict[str, list[Any]],
) -> None:
    body = ProduceResponse_v3(list(answered.items()), 7).encode()

    assert ProduceRequest.RESPONSE_TYPE.decode(BytesIO(body)) == [
        Produced(topic, number, code)
        for topic, partitions in answered.items()
        for number, code, _, _ in partitions
    ]


@given(st.integers(0, 2**31 - 1), st.text(max_size=30))
def test_the_head_of_a_request_is_aiokafkas(correlation_id: int, client_id: str) -> None:
    request = FetchRequest({})
    theirs = RequestHeader_v1(FetchRequest_v4(), correlation_id, client_id)

    assert request.build_request_header(correlation_id, client_id).encode() == theirs.encode()


def test_an_older_broker_is_told_of_with_what_it_speaks() -> None:
    with pytest.raises(IncompatibleBrokerVersion, match="takes versions 0 to 3 of FetchRequest"):
        FetchRequest({}).prepare({1: (0, 3)})
