"""What a service counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """One service's own registry, so that several services can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.heard = Counter(
            "platen_events_heard", "Events applied.", ["type"], registry=self.registry
        )
        self.duplicates = Counter(
            "platen_events_duplicate", "Events delivered again.", registry=self.registry
        )
        self.set_aside = Counter(
            "platen_dead_letters", "Events set aside for a person.", registry=self.registry
        )
        self.batches = Histogram(
            "platen_batch_seconds",
            "From batch fetched to batch committed.",
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
        )
        self.published = Counter(
            "platen_events_published", "Events acknowledged by the broker.", registry=self.registry
        )
        self.leads = Gauge(
            "platen_relay_leads", "1 while this process relays the outbox.", registry=self.registry
        )
        self.held = Gauge(
            "platen_relay_held",
            "Topics and keys of which the broker takes nothing, while the leader knows them.",
            registry=self.registry,
        )
        self.work = Counter(
            "platen_work_attempts", "Attempts of a worker.", ["worker"], registry=self.registry
        )
        self.work_failed = Counter(
            "platen_work_failures",
            "Attempts that ended unexpectedly.",
            ["worker"],
            registry=self.registry,
        )
        self.outside_held = Gauge(
            "platen_outside_held",
            "1 while an outside system is left alone.",
            ["system"],
            registry=self.registry,
        )
        self.outside_answers = Counter(
            "platen_outside_answers",
            "Requests to an outside system by how they ended.",
            ["system", "outcome"],
            registry=self.registry,
        )
