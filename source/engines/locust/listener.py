"""Tells benchtop every request of a Locust run, exactly and as it ends.

Given to Locust beside the user's own files (-f theirs.py,this.py). It defines no users. Where benchtop started the process,
lines go to file descriptor 3; a worker of another host sends them to its master through Locust's own connection.
Anywhere else it does nothing.
"""

import collections
import errno
import functools
import itertools
import json
import os
import socket
import ssl
import sys
import time
from urllib.parse import urlsplit

import gevent
import gevent.lock
import gevent.os
import locust
import requests
from gevent import GreenletExit
from locust import log
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.exception import CatchResponseError
from locust.runners import MasterRunner, WorkerRunner

CHANNEL = 3
ROLE = os.environ.get("BENCHTOP_LOCUST_ROLE")
MESSAGE = "benchtop"
# Seconds between two batches of requests, and how many batches lie between two words on the process itself.
BEAT = 0.1
BEATS_PER_PULSE = 2
# Names and messages that users make up may be as many as there are requests: no more than these are told apart.
MOST_NAMES = 200
MOST_MESSAGES = 60
LONGEST = 200
OTHERS = "…"


class Pipe:
    """File descriptor 3; a slow reader holds up only the greenlet that writes."""

    def __init__(self):
        os.set_inheritable(CHANNEL, False)
        gevent.os.make_nonblocking(CHANNEL)
        self.lock = gevent.lock.Semaphore()

    def send(self, line):
        rest = line.encode() + b"\n"
        try:
            with self.lock:
                while rest:
                    rest = rest[gevent.os.nb_write(CHANNEL, rest) :]
        except OSError:
            pass  # nobody listens any more


class Master:
    """The connection of a worker to its master, which hands on what it is sent."""

    def __init__(self, runner):
        self.runner = runner

    def send(self, line):
        try:
            self.runner.send_message(MESSAGE, line)
        except Exception:
            pass  # Locust itself says when the connection is lost


class State:
    """What is known since the last batch."""

    def __init__(self):
        self.out = None
        self.id = "local"
        self.runner = None
        self.environment = None
        self.numbers = {}
        self.fresh = []
        self.names = set()
        self.messages = set()
        # Four numbers for each request: its kind, its microseconds (-1: none), its bytes, the second in which it began.
        self.batch = []
        self.waiting = {}
        self.cut = []
        self.errors = collections.Counter()
        self.error_count = 0
        self.errors_told = 0
        self.late = 0.0
        self.heard = set()
        self.deaf = set()
        self.flushing = gevent.lock.Semaphore()


state = State()
count = itertools.count()


def send(kind, **members):
    if state.out is not None:
        state.out.send(json.dumps({"k": kind, "id": state.id, "t": time.monotonic(), **members}, separators=(",", ":")))


def bounded(known, most, text, otherwise):
    """The text, unless there are too many different ones already."""
    if text in known:
        return text
    if len(known) >= most:
        return otherwise
    known.add(text)
    return text


def words(thing):
    lines = str(thing).strip().splitlines()
    return (lines[0] if lines else "")[:LONGEST]


CLOSED = {"RemoteDisconnected", "HTTPConnectionClosed", "BadStatusLine"}
CUT_SHORT = {"IncompleteRead", "ChunkedEncodingError", "ProtocolError"}
BY_STATUS = {"HTTPError", "BadStatusCode", "LocustBadStatusCode"}


def chain(exception):
    """An exception and what it was made of, as far as that is told."""
    seen = []
    rest = [exception]
    while rest and len(seen) < 12:
        one = rest.pop(0)
        if not isinstance(one, BaseException) or any(one is other for other in seen):
            continue
        seen.append(one)
        rest += [one.__cause__, one.__context__, getattr(one, "reason", None), getattr(one, "original", None), *one.args]
    return seen


def failure(exception, status):
    """The name of a failure, and whether it was answered, so that its time is a latency."""
    if isinstance(exception, CatchResponseError):
        text = bounded(state.messages, MOST_MESSAGES, words(exception), "(other messages)")
        return f"check {text}", status != 0
    kind = type(exception).__name__
    if status and status >= 400 and kind in BY_STATUS:
        return str(status), True
    causes = chain(exception)
    if any(isinstance(one, (TimeoutError, socket.timeout, requests.exceptions.Timeout, gevent.Timeout)) for one in causes):
        return "timeout", True
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "TLS failed", False
    if any(isinstance(one, socket.gaierror) for one in causes):
        return "ENOTFOUND", False
    for one in causes:
        if type(one).__name__ in CLOSED:
            return "closed before response", False
    for one in causes:
        if isinstance(one, OSError) and one.errno in errno.errorcode:
            return errno.errorcode[one.errno], False
    for one in causes:
        if type(one).__name__ in CUT_SHORT or (type(one).__name__ == "HTTPParseError" and "ncomplete" in str(one)):
            return "truncated", False
    text = words(exception) if isinstance(exception, BaseException) else words(repr(exception))
    text = bounded(state.messages, MOST_MESSAGES, text, "(other messages)")
    return (f"{kind}: {text}" if text else kind), status != 0


def number_of(request_type, name, mark, exception, status):
    """The number of a kind of request, which is told with the next batch where it is new."""
    if exception is not None:
        outcome, answered = mark
    elif status is None or status == 0:
        outcome, answered = "ok", True
    else:
        # What was asked for as a failure is none: told apart, since an outcome either failed or did not.
        outcome, answered = (str(status) if status < 400 else f"{status} accepted"), True
    part = bounded(state.names, MOST_NAMES, f"{request_type} {name}"[:LONGEST], OTHERS)
    key = (OTHERS, OTHERS, mark) if part == OTHERS else (request_type, name, mark)
    known = state.numbers.get(key)
    if known is not None:
        return known
    number = len(state.numbers)
    state.numbers[key] = number
    state.fresh.append([number, part, outcome, exception is not None, answered])
    return number


def on_request(
    request_type, name, response_time, response_length=0, exception=None, response=None, start_time=None, **_kwargs
):
    status = getattr(response, "status_code", None)
    mark = failure(exception, status) if exception else status
    number = state.numbers.get((request_type, name, mark))
    if number is None:
        number = number_of(request_type, name, mark, exception or None, status)
    # Clients of all sorts tell of requests: what is no number is as if it had not been told.
    length = response_length if isinstance(response_length, (int, float)) else 0
    if response_time is None:
        microseconds, passed = -1, 0
    else:
        microseconds, passed = round(response_time * 1000), response_time / 1000
    began = start_time if isinstance(start_time, (int, float)) else time.time() - passed
    state.batch += (number, microseconds, length, began)


def watched(plain):
    """A method that makes a request, which also knows what is in flight: Locust itself forgets what it breaks off."""

    @functools.wraps(plain)
    def request(self, method, url, name=None, *rest, **named):
        number = next(count)
        state.waiting[number] = began = time.monotonic()
        try:
            return plain(self, method, url, name, *rest, **named)
        except GreenletExit:
            parts = urlsplit(str(url))
            told = name or self.request_name or (f"{parts.path}?{parts.query}" if parts.query else parts.path) or "/"
            state.cut.append((f"{method} {told}"[:LONGEST], began, time.monotonic()))
            raise
        finally:
            del state.waiting[number]

    return request


def flush():
    with state.flushing:
        batch, fresh, cut = state.batch, state.fresh, state.cut
        if batch or fresh:
            state.batch, state.fresh = [], []
            now = time.time()
            # Moments become ages, in milliseconds: the clocks of two hosts need not agree.
            batch[3::4] = [round((now - began) * 1000, 1) for began in batch[3::4]]
            send("requests", kinds=fresh, r=batch)
        if cut:
            state.cut = []
            now = time.monotonic()
            send(
                "cut",
                r=[
                    [
                        bounded(state.names, MOST_NAMES, name, OTHERS),
                        round((ended - began) * 1e6),
                        round((now - began) * 1000, 1),
                    ]
                    for name, began, ended in cut
                ],
            )
        if state.error_count != state.errors_told:
            state.errors_told = state.error_count
            send("errors", errors=state.errors.most_common(5), count=state.error_count)


def pulse():
    oldest = next(iter(state.waiting.values()), None)
    users = 0 if isinstance(state.runner, MasterRunner) else state.runner.user_count
    send(
        "pulse",
        cpu=time.process_time(),
        late=round(state.late * 1000, 2),
        oldest=0 if oldest is None else round((time.monotonic() - oldest) * 1000, 1),
        users=users,
        broken=log.unhandled_greenlet_exception,
    )
    state.late = 0.0


def tell_workers():
    runner = state.runner
    send(
        "workers",
        workers=[[node.id, node.state, node.user_count, round(node.cpu_usage, 1)] for node in runner.clients.all],
        state=runner.state,
    )


def pump():
    for beat in itertools.count():
        before = time.monotonic()
        gevent.sleep(BEAT)
        state.late = max(state.late, time.monotonic() - before - BEAT)
        flush()
        if beat % BEATS_PER_PULSE == 0:
            pulse()
        if isinstance(state.runner, MasterRunner) and beat % 5 == 0:
            tell_workers()


def on_message(environment, msg, **_kwargs):
    """On the master: what a worker of another host tells is handed on as it is. Others have only said that they are there."""
    state.heard.add(msg.node_id)
    if msg.data is not None:
        state.out.send(msg.data)


def on_worker_report(client_id, data, **_kwargs):
    """A worker that makes requests and was never heard of runs without this file: what it measures would be missing."""
    if client_id in state.heard or client_id in state.deaf:
        return
    if data.get("stats_total", {}).get("num_requests", 0) > 0:
        state.deaf.add(client_id)
        send("deaf", worker=client_id)


def role_of(runner):
    if isinstance(runner, MasterRunner):
        return "master"
    return "worker" if isinstance(runner, WorkerRunner) else "local"


def on_init(environment, runner, **_kwargs):
    role = role_of(runner)
    if ROLE is None and role != "worker":
        return  # somebody else's run
    state.environment = environment
    state.runner = runner
    state.id = getattr(runner, "client_id", role)
    state.out = Master(runner) if ROLE is None else Pipe()
    if ROLE is not None and role != ROLE:
        send("misled", role=role)
        sys.exit(1)
    options = environment.parsed_options
    if role != "worker":
        shape = environment.shape_class
        send(
            "hello",
            role=role,
            pid=os.getpid(),
            time=options.run_time,
            resets=options.reset_stats,
            shape=None if shape is None else type(shape).__name__,
            port=runner.server.port if role == "master" else None,
        )
        # How long a run takes, and what of it counts, is for benchtop to say.
        options.run_time = None
        environment.reset_stats = False
    else:
        send("hello", role=role, pid=os.getpid(), host=socket.gethostname())
        if ROLE is not None:
            runner.send_message(MESSAGE)
    if role == "master":
        # A connection that is made anew must be found where it was.
        runner.master_bind_port = runner.server.port
        runner.register_message(MESSAGE, on_message)
        locust.events.worker_report.add_listener(on_worker_report)
    gevent.spawn(pump)


def on_test_start(**_kwargs):
    send("began")


def on_test_stopping(**_kwargs):
    send("stopping")


def on_test_stop(**_kwargs):
    flush()


def on_spawning_complete(user_count, **_kwargs):
    send("spawned", users=user_count)


def on_user_error(exception, **_kwargs):
    text = f"{type(exception).__name__}: {words(exception)}"[:LONGEST]
    state.errors[bounded(state.messages, MOST_MESSAGES, text, "(others)")] += 1
    state.error_count += 1


def on_quitting(**_kwargs):
    flush()


def on_quit(exit_code, **_kwargs):
    flush()
    if state.runner is None or isinstance(state.runner, WorkerRunner):
        return
    stats = state.runner.stats
    total = stats.total
    entries = [[f"{entry.method} {entry.name}"[:LONGEST], entry.num_requests] for entry in stats.entries.values()]
    # Where a report was written as JSON, Locust has emptied them.
    is_whole = sum(number for _, number in entries) == total.num_requests
    send(
        "stats",
        code=exit_code,
        asked=state.environment.process_exit_code,
        requests=total.num_requests,
        untimed=total.num_none_requests,
        failures=total.num_failures,
        sum=total.total_response_time,
        least=total.min_response_time,
        most=total.max_response_time,
        quantiles=[[q, total.get_response_time_percentile(q)] for q in (0.5, 0.95, 0.99)],
        entries=entries[:MOST_NAMES] if is_whole else [],
    )


# Where pytest is asked for users, it reads this file a second time.
if not getattr(locust.events, "benchtop_listens", False):
    locust.events.benchtop_listens = True
    for session in (HttpSession, FastHttpSession):
        session.request = watched(session.request)
    events = locust.events
    events.request.add_listener(on_request)
    events.init.add_listener(on_init)
    events.test_start.add_listener(on_test_start)
    events.test_stopping.add_listener(on_test_stopping)
    events.test_stop.add_listener(on_test_stop)
    events.spawning_complete.add_listener(on_spawning_complete)
    events.user_error.add_listener(on_user_error)
    events.quitting.add_listener(on_quitting)
    events.quit.add_listener(on_quit)
