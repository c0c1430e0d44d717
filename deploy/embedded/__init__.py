"""The embedded stack: Apache Kafka and PostgreSQL that start and stop with the application.

`embedded_stack(folder)` is all that most callers need. `Kafka` and `Postgres` are the parts; they
can be started, killed and started again one by one.
"""

from deploy.embedded.errors import PortTaken, StackError
from deploy.embedded.kafka import Kafka
from deploy.embedded.postgres import Postgres
from deploy.embedded.stack import Parts, Stack, embedded_parts, embedded_stack, running_stack

__all__ = [
    "Kafka",
    "Parts",
    "PortTaken",
    "Postgres",
    "Stack",
    "StackError",
    "embedded_parts",
    "embedded_stack",
    "running_stack",
]
