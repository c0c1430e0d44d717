"""Which partition a key belongs to: the one that every other producer would choose."""

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from shared.publishing import partition_of


@given(st.binary(max_size=80), st.integers(1, 12))
def test_a_key_goes_where_every_producer_sends_it(key: bytes, partitions: int) -> None:
    everywhere = list(range(partitions))

    assert partition_of(key, everywhere) == DefaultPartitioner()(key, everywhere, everywhere)
