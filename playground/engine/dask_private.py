"""All that we use of dask beside its documented interface, and what if it should go.

Nothing outside imports more of dask than `dask` and the names of `distributed` itself; a test sees to it. It is
used in three kinds of processes, the page's, the scheduler's and the workers', and each says what it lacks.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final
from weakref import WeakValueDictionary

from distributed import Client, Future, Scheduler, SchedulerPlugin, Worker
from tornado import locks

from playground.core.private_use import PrivateUse, sets, takes


def _knows_streams() -> bool:
    from distributed import batched

    made = batched.BatchedSend.__init__.__code__.co_names
    waits = inspect.unwrap(batched.BatchedSend._background_send).__code__.co_names  # noqa: SLF001
    return {"locks", "Event", "waker"} <= {*made} and {"time", "next_deadline", "waker"} <= {*waits}


def _knows_connections() -> bool:
    return sets(Client, "scheduler_comm", "status")


def _knows_gathering() -> bool:
    return takes(Scheduler.gather, "self", "keys", "serializers") and sets(Client, "scheduler")


def _knows_topics() -> bool:
    parameters = ("self", "topic", "client")
    return takes(Scheduler.subscribe_topic, *parameters) and takes(
        Scheduler.unsubscribe_topic, *parameters
    )


def _knows_brokers() -> bool:
    from distributed.broker import Broker

    return sets(Scheduler, "_broker") and takes(Broker.truncate, "self", "topic")


def _knows_servers() -> bool:
    names = ("http_server", "HTTPServer")
    return all({*names} <= {*it.start_http_server.__code__.co_names} for it in (Scheduler, Worker))


def _knows_errors() -> bool:
    from distributed.comm.core import CommClosedError

    return issubclass(CommClosedError, OSError)


def _knows_tasks() -> bool:
    from distributed.worker_state_machine import TaskState, WorkerState

    return sets(Worker, "state") and sets(WorkerState, "tasks") and sets(TaskState, "state")


STREAMS: Final = PrivateUse(
    "distributed",
    "batched.BatchedSend",
    "runs stand still for as long as the computer's clock is set back",
    _knows_streams,
)

CONNECTION: Final = PrivateUse(
    "distributed",
    "Client.scheduler_comm",
    "a connection that breaks and comes back within half a second goes unnoticed, and a run may be shown as "
    "training that is not",
    _knows_connections,
)

GATHERING: Final = PrivateUse(
    "distributed",
    "Scheduler.gather",
    "a run whose result cannot be fetched is not said to be lost: it is asked for again and again",
    _knows_gathering,
)

PLUGINS: Final = PrivateUse(
    "distributed",
    "Scheduler.plugins",
    "what this process itself has added is gone through instead",
    lambda: sets(Scheduler, "plugins"),
)

TOPICS: Final = PrivateUse(
    "distributed",
    "Scheduler.subscribe_topic",
    "a worker that comes or goes while an application connects is heard of with the next one only",
    _knows_topics,
)

BROKER: Final = PrivateUse(
    "distributed",
    "Scheduler._broker",
    "the scheduler keeps the latest messages of every run, some megabytes each, until it ends",
    _knows_brokers,
)

SERVERS: Final = PrivateUse(
    "distributed",
    "Scheduler.http_server",
    "scheduler and workers listen, without any page, for whoever can reach them on this machine",
    _knows_servers,
)

EXTENSIONS: Final = PrivateUse(
    "distributed",
    "Scheduler.extensions",
    "the scheduler keeps a note of every burst of work, and grows slowly",
    lambda: sets(Scheduler, "extensions") and sets(Worker, "extensions"),
)

METRICS: Final = PrivateUse(
    "distributed",
    "Worker.metrics",
    "training processes that have grown are not replaced",
    lambda: sets(Worker, "metrics"),
)

TASKS: Final = PrivateUse(
    "distributed",
    "Worker.state.tasks",
    "a part of a run that nobody waits for any more is trained to its end",
    _knows_tasks,
)

CLOSED: Final = PrivateUse(
    "distributed",
    "comm.core.CommClosedError",
    "a worker's log has a traceback where the scheduler has left",
    _knows_errors,
)

PAGES: Final = (STREAMS, CONNECTION, GATHERING)
"""Used by the process that serves pages."""

SCHEDULERS: Final = (STREAMS, PLUGINS, TOPICS, BROKER, SERVERS, EXTENSIONS)
WORKERS: Final = (STREAMS, SERVERS, EXTENSIONS, METRICS, TASKS, CLOSED)
USES: Final = tuple(dict.fromkeys((*PAGES, *SCHEDULERS, *WORKERS)))

_noted: Final[WeakValueDictionary[str, SchedulerPlugin]] = WeakValueDictionary()


class _Waker(locks.Event):
    """Waits until a moment of the steady clock; Tornado would take it for a time of day."""

    def wait(self, timeout: float | timedelta | None = None) -> Awaitable[None]:
        """Return what is done when the event is set or at that moment."""
        if isinstance(timeout, float):
            timeout = timedelta(seconds=max(0.0, timeout - time.monotonic()))
        return super().wait(timeout)


def measure_steadily() -> None:
    """Let all streams of this process that are opened from now on wait by a clock that nobody sets.

    A stream sends a few milliseconds after what it sent before, by the time of day. Where that is set
    back by two days, it is silent for two days: runs seem to stand still, and a new one never starts.
    """
    if STREAMS.is_as_known():
        from distributed import batched

        dasks: Any = batched
        dasks.time, dasks.locks = time.monotonic, SimpleNamespace(Event=_Waker)


def connection_of(client: Client) -> Callable[[], bool]:
    """Return what tells whether the connection that a client has now still stands.

    The client would connect again by itself.
    """
    if not CONNECTION.is_as_known():
        return lambda: client.status == "running"
    now = client.scheduler_comm

    def stands() -> bool:
        if now is None or now.closed() or client.scheduler_comm is not now:
            return False
        return client.status == "running"

    return stands


async def fetch_once(client: Client, future: Future[Any]) -> Mapping[str, Any] | None:
    """Try once to fetch the answer of a task that is finished; None if its worker cannot be reached.

    dask's own way asks again at once, and for ever.

    Raises:
        CancelledError: the connection has gone.
    """
    answer: Mapping[str, Any]
    if not GATHERING.is_as_known():
        answer = await future
        return answer
    scheduler: Any = client.scheduler
    if scheduler is None:
        raise CancelledError
    response = await scheduler.gather(keys=[future.key])
    if response["status"] != "OK":
        return None
    answer = response["data"][future.key]
    return answer


def note_plugin(name: str, plugin: SchedulerPlugin) -> None:
    """Remember a plugin of a scheduler in this process, by its name."""
    _noted[name] = plugin


def plugins_of(scheduler: Scheduler) -> dict[str, SchedulerPlugin]:
    """Return a scheduler's plugins by their names, ours at least."""
    return dict(scheduler.plugins if PLUGINS.is_as_known() else _noted)


def subscribe(scheduler: Scheduler, topic: str, client: str) -> None:
    """Let a client hear of a topic at once, before it has said itself that it wants to."""
    if TOPICS.is_as_known():
        scheduler.subscribe_topic(topic, client)


def unsubscribe(scheduler: Scheduler, topic: str, client: str) -> None:
    """Let a client hear no more of a topic."""
    if TOPICS.is_as_known():
        scheduler.unsubscribe_topic(topic, client)


def forget_messages(scheduler: Scheduler, topic: str) -> None:
    """Keep nothing of what was sent on a topic; there is no public way."""
    if BROKER.is_as_known():
        scheduler._broker.truncate(topic)  # noqa: SLF001


def close_doors(node: Scheduler | Worker) -> None:
    """Stop the server of a node's pages, which listens to anybody, and what notes things for them."""
    if SERVERS.is_as_known():
        node.http_server.stop()
    if EXTENSIONS.is_as_known():
        node.extensions.pop("spans", None)


def add_metric(worker: Worker, name: str, tell: Callable[..., Any]) -> None:
    """Have a worker tell the scheduler more about itself with each sign of life."""
    if METRICS.is_as_known():
        worker.metrics[name] = tell


def is_cancelled(worker: Worker, task: object) -> bool:
    """Return whether nobody waits any more for a task that a worker does."""
    tasks: Mapping[Any, Any] = worker.state.tasks if TASKS.is_as_known() else {}
    entry = tasks.get(task)
    return entry is not None and entry.state == "cancelled"


def is_closed_connection(error: BaseException | None) -> bool:
    """Return whether an error says that the other end of a connection has left."""
    if error is None or not CLOSED.is_as_known():
        return False
    from distributed.comm.core import CommClosedError

    return isinstance(error, CommClosedError)
