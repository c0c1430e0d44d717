"""Leave something in both parts of a stack, and see what is there."""

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.embedded import Stack

TOPIC = "notes"


async def prepare(stack: Stack) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute("CREATE TABLE note (text text)")
    await connection.close()


async def leave(stack: Stack, text: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka_servers, enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait(TOPIC, text.encode())
    finally:
        await producer.stop()
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute("INSERT INTO note (text) VALUES ($1)", text)
    await connection.close()


async def events(stack: Stack) -> list[str]:
    partition = TopicPartition(TOPIC, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka_servers)
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        [end] = (await consumer.end_offsets([partition])).values()
        return [(await consumer.getone()).value.decode() for _ in range(end)]
    finally:
        await consumer.stop()


async def rows(stack: Stack) -> list[str]:
    connection = await asyncpg.connect(stack.database_url)
    found = await connection.fetch("SELECT text FROM note ORDER BY text")
    await connection.close()
    return [row["text"] for row in found]
