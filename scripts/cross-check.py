"""Publishes hostile data and compares what sseclient-py and httpx-sse read, however the bytes are cut; and reads the
metrics with the strict parser of OpenMetrics that Prometheus' own client for Python has."""

import http.client
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import httpx
import httpx_sse
import sseclient
from prometheus_client.openmetrics.parser import text_string_to_metric_families

ROOT = Path(__file__).parent.parent
CHANNEL = "cross-check"
STREAM = f"/api/stream/{CHANNEL}"
# Time in seconds for anything that should happen.
PATIENCE = 20
# The stream is cut into pieces of up to so many bytes, anew for each seed; 1 is byte by byte.
CUTS = [(1, 0)] + [(most, seed) for most in (2, 7, 100, 1_500, 40_000) for seed in range(4)]
OF_THE_STREAM = {"connected", "snapshot", "gap", "heartbeat", "bye"}


def hostile():
    """What is odd about a text, the name to publish it by, the text."""
    texts = json.loads((ROOT / "end2end/fixtures/hostile.json").read_text())
    for index, entry in enumerate(texts):
        yield entry["what"], "hostile" if index % 2 else None, entry["text"] * entry.get("times", 1)
    yield "the end", "end", ""


def publish(port, event, text):
    """Gives the id that the server has answered with."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    body = json.dumps({"event": event, "text": text}, ensure_ascii=False, separators=(",", ":")).encode()
    connection.request("POST", f"/api/publish/{CHANNEL}", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 202:
        raise RuntimeError(f"{answer.status}: {said!r}")
    return json.loads(said)["id"]


def publish_all(port):
    """What a reader must get: each end of a line is a line feed."""
    expected = []
    for what, event, text in hostile():
        number = publish(port, event, text)
        expected.append((what, (event or "message", re.sub("\r\n?", "\n", text), number)))
    return expected


def record(port):
    """The bytes of a stream on which all was published, and what a reader must get of them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", STREAM)
    answer = connection.getresponse()
    expected = publish_all(port)
    data = b""
    while b"event: end\ndata:\n\n" not in data:
        piece = answer.read1(65_536)
        if not piece:
            raise RuntimeError("the stream has ended")
        data += piece
    connection.close()
    return data, expected


def cut(data, most, seed):
    """Pieces of 1 up to `most` bytes, the same for the same seed."""
    numbers = random.Random(seed)
    at = 0
    while at < len(data):
        size = numbers.randint(1, most)
        yield data[at : at + size]
        at += size


def with_sseclient(chunks):
    for event in sseclient.SSEClient(chunks).events():
        yield event.event, event.data, event.id


def with_httpx(chunks):
    response = httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, content=chunks)
    return dispatched(httpx_sse.EventSource(response))


def dispatched(source):
    """Without what only says `retry:`. httpx-sse tells of it as a message; by the standard, no data is no event."""
    for event in source.iter_sse():
        if event.retry is None or event.data:
            yield event.event, event.data, event.id


def live(port):
    """Reads over a connection of httpx's own, as one uses it."""
    with httpx.Client(timeout=PATIENCE) as client:
        with httpx_sse.connect_sse(client, "GET", f"http://127.0.0.1:{port}{STREAM}") as source:
            expected, got = [], []
            for event in dispatched(source):
                expected = expected or publish_all(port)
                got.append(event)
                if event[0] == "end":
                    break
            return got, expected


def compare(how, got, expected):
    """Counts the differences, and tells each by what is odd about the text."""
    got = [event for event in got if event[0] not in OF_THE_STREAM]
    wrong = 0 if len(got) == len(expected) else 1
    if wrong:
        print(f"{how}: {len(got)} events of {len(expected)}")
    for one, (what, other) in zip(got, expected):
        if one != other:
            wrong += 1
            print(f"{how}: {what}: got {one!s:.80}, expected {other!s:.80}")
    return wrong


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, server):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError("opsglass is not ready")


def check(port):
    data, expected = record(port)
    wrong = runs = 0
    for name, read in [("sseclient-py", with_sseclient), ("httpx-sse", with_httpx)]:
        for most, seed in CUTS:
            how = f"{name} {version(name)}, pieces of up to {most} bytes, seed {seed}"
            wrong += compare(how, read(cut(data, most, seed)), expected)
            runs += 1
    wrong += compare("httpx-sse on a line of its own", *live(port))
    print(f"cross-check: {len(expected)} events, {len(data)} bytes, {runs + 1} readings, {wrong} differences")
    return wrong


def metrics(port):
    """Counts what isn't OpenMetrics."""
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", headers=accept)
    if not answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0"):
        print(f"openmetrics: the type is {answer.headers['content-type']}")
        return 1
    try:
        families = list(text_string_to_metric_families(answer.text))
    except ValueError as error:
        print(f"openmetrics: {error}")
        return 1
    samples = sum(len(family.samples) for family in families)
    units = sum(1 for family in families if family.unit)
    print(f"cross-check: openmetrics, {len(families)} families, {units} with a unit, {samples} samples")
    return 0 if samples > 100 else 1


def main():
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        flags = ["--listen", f"127.0.0.1:{port}", "--no-journal", "--log-level", "error", "--state-dir", "none"]
        server = subprocess.Popen([ROOT / "target/release/opsglass", *flags], cwd=folder)
        try:
            wait_for(port, server)
            wrong = metrics(port) + check(port)
            return 1 if wrong else 0
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
