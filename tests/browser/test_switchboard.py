"""Two clients share one browser and never receive each other's answers."""

from __future__ import annotations

from typing import Any

from automation.browser.switchboard import Client, Switchboard

Said = list[dict[str, Any]]


def _joined(board: Switchboard, asked: Said, session: str) -> tuple[Client, Said]:
    """Add a client and give it a session; return it and what it receives."""
    heard: Said = []
    client = board.join(heard.append)
    board.from_browser({"id": asked[-1]["id"], "result": {"sessionId": session}})
    return client, heard


def test_each_client_gets_its_own_answer_under_its_own_number() -> None:
    """Both clients use number 1; the browser sees two numbers, and each gets its own answer."""
    asked: Said = []
    board = Switchboard(asked.append)
    (one, to_one), (two, to_two) = _joined(board, asked, "S1"), _joined(board, asked, "S2")
    board.from_client(one, {"id": 1, "method": "Browser.getVersion"})
    board.from_client(two, {"id": 1, "method": "Browser.getVersion"})
    first, second = asked[-2:]
    assert (first["sessionId"], second["sessionId"]) == ("S1", "S2")
    board.from_browser({"id": second["id"], "result": {"product": "B"}, "sessionId": "S2"})
    board.from_browser({"id": first["id"], "result": {"product": "A"}, "sessionId": "S1"})
    assert to_one == [{"id": 1, "result": {"product": "A"}}]
    assert to_two == [{"id": 1, "result": {"product": "B"}}]


def test_events_go_to_the_owner_of_their_session() -> None:
    """Events of a page's session go only to the client to which the browser announced it."""
    asked: Said = []
    board = Switchboard(asked.append)
    (one, to_one), (_, to_two) = _joined(board, asked, "S1"), _joined(board, asked, "S2")
    announced = {"method": "Target.attachedToTarget", "params": {"sessionId": "P1"}}
    board.from_browser({**announced, "sessionId": "S1"})
    board.from_browser({"method": "Page.loadEventFired", "params": {}, "sessionId": "P1"})
    board.from_browser({"method": "Target.targetCreated", "params": {}})
    assert to_one == [
        announced,
        {"method": "Page.loadEventFired", "params": {}, "sessionId": "P1"},
    ]
    assert to_two == []
    board.from_client(one, {"id": 4, "method": "Page.reload", "sessionId": "P1"})
    assert (asked[-1]["method"], asked[-1]["sessionId"]) == ("Page.reload", "P1")


def test_session_of_another_client_is_unknown() -> None:
    """A client cannot send to another client's session; the browser never receives the request."""
    asked: Said = []
    board = Switchboard(asked.append)
    _joined(board, asked, "S1")
    two, to_two = _joined(board, asked, "S2")
    so_far = len(asked)
    board.from_client(two, {"id": 7, "method": "Page.reload", "sessionId": "S1"})
    assert len(asked) == so_far
    assert (to_two[0]["id"], to_two[0]["error"]["code"]) == (7, -32001)


def test_what_is_asked_before_the_session_is_there_waits_for_it() -> None:
    """The first request waits until the browser has given the client a session."""
    asked: Said = []
    board = Switchboard(asked.append)
    client = board.join(lambda _: None)
    board.from_client(client, {"id": 1, "method": "Browser.getVersion"})
    assert [each["method"] for each in asked] == ["Target.attachToBrowserTarget"]
    board.from_browser({"id": asked[0]["id"], "result": {"sessionId": "S1"}})
    assert (asked[-1]["method"], asked[-1]["sessionId"]) == ("Browser.getVersion", "S1")


def test_session_of_a_client_that_left_is_ended_and_its_answers_dropped() -> None:
    """A client that leaves has its session ended, even if it left before the session was given."""
    asked: Said = []
    board = Switchboard(asked.append)
    one, to_one = _joined(board, asked, "S1")
    board.from_client(one, {"id": 1, "method": "Page.reload"})
    late = asked[-1]["id"]
    board.leave(one)
    board.from_browser({"id": late, "result": {}, "sessionId": "S1"})
    early = board.join(to_one.append)
    board.leave(early)
    board.from_browser({"id": asked[-1]["id"], "result": {"sessionId": "S2"}})
    ended = [each["params"] for each in asked if each["method"] == "Target.detachFromTarget"]
    assert ended == [{"sessionId": "S1"}, {"sessionId": "S2"}]
    assert to_one == []
