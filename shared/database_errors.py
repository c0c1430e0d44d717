"""What errors of the database say of its state, and nothing of what was asked."""

import asyncpg

PASSING = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection was lost in the middle of a statement
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,  # it is a replica since a failover, or was full
)
"""Errors that say something of the database's state now and nothing of what was asked."""

UNPREPARED = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidSchemaNameError,
)
"""Errors that say that a migration or a grant is missing, and nothing of what was asked."""

LACKING = (*UNPREPARED, asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError)
"""Errors that last until a person does something, and whose words hold no value."""
