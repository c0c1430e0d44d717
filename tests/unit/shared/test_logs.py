"""Every line of the log is JSON that says which order it is about."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from shared.logs import about, set_up_logs
from tests.support.events import order_id

ADA = "Ada Lovelace, 12 Analytical Way"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Leave the logging of other tests as it was."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    hook = sys.excepthook
    yield
    sys.excepthook = hook
    root.handlers[:], root.level = handlers, level
    structlog.configure(**configured)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_names_the_order_and_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    with about(order_id(), event_id="1"):
        structlog.get_logger().info("event_heard", type="OrderReceived")

    [line] = lines(capsys)
    assert line["event"] == "event_heard"
    assert line["order_id"] == order_id()
    assert line["trace_id"] == order_id().replace("-", "")
    assert (line["event_id"], line["type"], line["level"]) == ("1", "OrderReceived", "info")


def test_a_line_of_a_library_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    logging.getLogger("aiokafka").warning("heartbeat %s", "failed")

    [line] = lines(capsys)
    assert (line["event"], line["logger"]) == ("heartbeat failed", "aiokafka")


def test_a_library_that_tries_again_and_again_is_heard_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs()

    for attempt in range(30):
        logging.getLogger("aiokafka").error("cannot connect, attempt %s", attempt)
        logging.getLogger("another").error("failed, request %s", attempt)

    said = [line["logger"] for line in lines(capsys)]
    assert (said.count("aiokafka"), said.count("another")) == (1, 30)


def test_what_is_less_than_asked_for_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("WARNING")

    structlog.get_logger().info("quiet")

    assert lines(capsys) == []


def test_an_error_is_written_with_its_way(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    try:
        raise KeyError("lost")
    except KeyError:
        structlog.get_logger().exception("work_failed")

    assert "KeyError" in lines(capsys)[0]["exception"]


def test_no_traceback_quotes_what_was_worked_at(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    named = {"name": ADA}

    for log in (structlog.get_logger(), logging.getLogger("uvicorn.error")):
        try:
            try:
                int(named["name"])
            except ValueError as error:
                raise ExceptionGroup("both", [KeyError(ADA), error]) from error
        except ExceptionGroup:
            log.exception("work_failed")

    for line in lines(capsys):
        assert "Lovelace" not in str(line)
        assert line["exception"].count("ValueError") == 2
        assert "KeyError" in line["exception"]
        assert 'int(named["name"])' in line["exception"]


def test_words_that_quote_nobody_are_in_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    try:
        raise ConnectionRefusedError("connect call failed")
    except OSError:
        structlog.get_logger().exception("work_failed")

    assert "ConnectionRefusedError: connect call failed" in lines(capsys)[0]["exception"]


def test_an_error_that_led_to_itself_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()

    try:
        error = KeyError("lost")
        raise error from error
    except KeyError:
        structlog.get_logger().exception("work_failed")

    assert lines(capsys)[0]["exception"].count("Traceback") == 1


def test_what_ends_a_process_is_one_line_too() -> None:
    broken = "from shared.logs import set_up_logs; set_up_logs(); open('/nowhere/at/all')"

    ended = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", broken], capture_output=True, text=True, check=False
    )

    [said] = map(json.loads, ended.stderr.splitlines())
    assert (said["event"], said["level"], ended.returncode) == ("ended_by_error", "critical", 1)
    assert "No such file or directory: '/nowhere/at/all'" in said["error"]
    assert "Traceback" in said["exception"]
