"""What prepares the stream gives up a broker that does not come."""

import pytest
from aiokafka.errors import KafkaConnectionError

from deploy.preparing import prepare_topics


async def test_a_broker_that_does_not_come_is_given_up() -> None:
    with pytest.raises(KafkaConnectionError):
        await prepare_topics("127.0.0.1:1", wait_seconds=0.1)
