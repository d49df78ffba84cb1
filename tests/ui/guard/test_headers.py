"""What every answer tells the browser."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.responses import PlainTextResponse

from playground.ui.guard.headers import AnswerHeaders, policy
from tests.ui.guard.asking import ask, behind, scope_of

DOCUMENT = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def test_every_answer_has_them() -> None:
    asked = ask(AnswerHeaders(behind, policy("", [])), scope_of())
    assert "default-src 'self'" in asked.headers("content-security-policy")[0]
    assert asked.headers("referrer-policy") == ["same-origin"]
    assert asked.headers("x-content-type-options") == ["nosniff"]
    assert asked.headers("permissions-policy")[0].startswith("camera=(self), microphone=()")


def test_an_answer_may_say_otherwise() -> None:
    own = PlainTextResponse("", headers={"Referrer-Policy": "no-referrer"})
    asked = ask(AnswerHeaders(own, policy("", [])), scope_of())
    assert asked.headers("referrer-policy") == ["no-referrer"]


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs_that_is_not_known() -> None:
    rules = dict(rule.split(" ", 1) for rule in policy(DOCUMENT, []).split("; "))
    assert rules["frame-ancestors"] == "'self'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["script-src"].count("sha256-") == DOCUMENT.count("<script>") == 1
    allowed = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "blob:", "data:"}
    sources = {source for rule in rules.values() for source in rule.split()}
    assert {it for it in sources if not it.startswith("'sha256-")} <= allowed


def test_an_operator_says_who_may_show_the_page() -> None:
    rule = policy("", ["https://a.example", "https://b.example"]).rsplit("; ", 1)[1]
    assert rule == "frame-ancestors 'self' https://a.example https://b.example"
