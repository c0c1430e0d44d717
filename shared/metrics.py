"""What a service counts, for Prometheus."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BATCH_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """One service's own registry, so that several services can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.heard = self._counter("platen_events_heard", "Events applied.", ["type"])
        self.duplicates = self._counter("platen_events_duplicate", "Events delivered again.")
        self.set_aside = self._counter("platen_dead_letters", "Events set aside for a person.")
        self.batches = Histogram(
            "platen_batch_seconds",
            "From batch fetched to batch committed.",
            registry=self.registry,
            buckets=BATCH_SECONDS,
        )
        self.published = self._counter(
            "platen_events_published", "Events acknowledged by the broker."
        )
        self.leads = self._gauge("platen_relay_leads", "1 while this process relays the outbox.")
        self.held = self._gauge(
            "platen_relay_held",
            "Topics and keys of which the broker takes nothing, while the leader knows them.",
        )
        self.work = self._counter("platen_work_attempts", "Attempts of a worker.", ["worker"])
        self.work_failed = self._counter(
            "platen_work_failures", "Attempts that ended unexpectedly.", ["worker"]
        )
        self.outside_held = self._gauge(
            "platen_outside_held", "1 while an outside system is left alone.", ["system"]
        )
        self.outside_answers = self._counter(
            "platen_outside_answers",
            "Requests to an outside system by how they ended.",
            ["system", "outcome"],
        )

    def _counter(self, name: str, what: str, labels: Sequence[str] = ()) -> Counter:
        return Counter(name, what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(name, what, labels, registry=self.registry)
