"""Pages while files are damaged or away: what is wrong is said, and the rest of the page works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from playground.core import recording
from playground.core.artefacts import CONFIDENCE, PROBABILITIES
from playground.data import load_split
from playground.jobs import TrainingService
from playground.jobs.recorded import RecordedRuns
from playground.lessons import find_lessons
from playground.store import open_store
from playground.ui import inspector, live, problem_strip, training
from tests.jobs.test_damage import EVENTS, HELD, OVER, execute, read_whole
from tests.jobs.test_damage import file as file  # noqa: PLC0414 - a fixture
from tests.ui.test_pages import app, link_of
from tests.ui.test_pages import navigation_leads as navigation_leads  # noqa: PLC0414 - a fixture

TRAIN = "train"


def told(page: AppTest) -> str:
    """Return all that a page says, without the signs that keep Markdown from reading it."""
    elements = (*page.warning, *page.error, *page.markdown)
    return "\n".join(str(element.value).replace("\\", "") for element in elements)


def works(page: AppTest) -> bool:
    """Whether the page has not been replaced by an error: it can be set and trained."""
    page.slider(key="epochs").set_value(9).run()
    return (
        not page.exception
        and link_of(page)["epochs"] == "9"
        and not page.button(key=TRAIN).disabled
    )


# --- a recorded run ---------------------------------------------------------------------------------


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the recordings, which the pages read instead."""
    folder = tmp_path / "recorded"
    shutil.copytree(recording.FOLDER, folder)
    monkeypatch.setattr(training.training_service()._archive, "_recorded", RecordedRuns(folder))
    return folder


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_damaged_recording_costs_the_recorded_run_alone(
    recordings: Path, content: bytes | None
) -> None:
    file = recordings / "fashion.npz"
    whole = file.read_bytes()
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    page = app()
    assert "fashion.npz: expected" in told(page)
    assert str(recordings) not in told(page)
    assert works(page)
    assert "fashion.npz" not in told(app({"dataset": "mnist"}))
    file.write_bytes(whole)
    page = app()
    assert "fashion.npz" not in told(page)
    assert "Recorded on" in told(page)


def test_a_damaged_recording_breaks_no_page_and_is_told_on_those_that_need_it(
    recordings: Path,
) -> None:
    (recordings / "fashion.npz").write_bytes(b"no archive")
    said = "fashion.npz: expected"
    about = app().switch_page("pages/about.py").run()
    assert not about.exception
    assert said not in told(about)
    for slug in (None, *(lesson.slug for lesson in find_lessons()), "walkthrough"):
        page = app().switch_page("pages/lessons.py").run()
        if slug is not None:
            page.button(key=f"open_{slug}").click().run()
        assert not page.exception, slug
        needs_it = slug in ("ten-numbers", "stop-in-time", "walkthrough")
        assert (said in told(page)) == needs_it, slug
        assert {"lesson_list_button", "open_walkthrough"} & {it.key for it in page.button}, slug
        if slug == "ten-numbers":
            page.button(key="skip").click().run()
            assert not page.button(key="to_code").disabled, slug


# --- a dataset --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("recordings")
def test_without_its_pictures_a_dataset_is_named_and_the_other_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector, "load_split", partial(load_split, folder=tmp_path))
    monkeypatch.setattr(problem_strip, "_problem", problem_strip._problem.__wrapped__)  # type: ignore[attr-defined]
    inspector.load_test_split.cache_clear()
    try:
        page = app({"dataset": "mnist"})
        assert "mnist/t10k-images-idx3-ubyte.gz: expected a file" in told(page)
        assert "git checkout -- playground/data" in told(page)
        assert works(page)
    finally:
        inspector.load_test_split.cache_clear()


# --- a store ----------------------------------------------------------------------------------------


@pytest.fixture
def service(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingService]:
    """Return the pages' service, without an engine, on a database with runs."""
    assert file.exists()
    service = TrainingService(open_store)
    assert service._archive._journal is not None
    service._archive._journal._open()  # without its thread, which would notice before the page does
    monkeypatch.setattr(training, "training_service", lambda: service)
    for module in (
        "run_panel",
        "live.routes",
        "live_rate",
        "lessons.runs",
        "lessons.figures.forgotten",
    ):
        monkeypatch.setattr(f"playground.ui.{module}.training_service", lambda: service)
    yield service
    service._archive.close()


def test_a_link_keeps_its_run_while_the_store_cannot_be_read(
    file: Path, service: TrainingService
) -> None:
    assert service.trouble == ()
    elsewhere = file.with_name("elsewhere")
    file.rename(elsewhere)
    page = app({"run": OVER})
    assert "was removed or replaced" in told(page)
    assert str(file.parent) not in told(page)
    assert link_of(page)["run"] == OVER
    assert works(page)
    elsewhere.rename(file)
    page.run()
    assert "was removed or replaced" not in told(page)
    assert link_of(page)["run"] == OVER
    assert "It broke: x" in told(page)


def test_a_damaged_run_is_named_to_who_opens_its_link(file: Path, service: TrainingService) -> None:
    assert service.trouble == ()
    execute(file, "UPDATE runs SET experiment = '{' WHERE id = ?", OVER)
    page = app({"run": OVER, "epochs": "1"})
    assert f"The stored run {OVER} cannot be read: it is damaged" in told(page)
    assert "run" not in link_of(page)
    assert works(page)


def test_what_has_gone_of_a_run_is_said_with_it(file: Path, service: TrainingService) -> None:
    assert service.trouble == ()
    execute(
        file, "UPDATE artefacts SET data = ? WHERE run = ? AND name = ?", b"1", OVER, PROBABILITIES
    )
    page = app({"run": OVER})
    assert "What this network thought of the test pictures is damaged" in told(page)
    assert "It broke: x" in told(page)


def test_where_the_answers_of_a_run_are_not_kept_any_more_the_bars_say_so(
    file: Path, service: TrainingService
) -> None:
    for name in (PROBABILITIES, CONFIDENCE):
        execute(file, "DELETE FROM artefacts WHERE run = ? AND name = ?", OVER, name)
    view = read_whole(service, OVER)
    assert "not kept any more" in inspector._words(view).no_probabilities
    assert "as soon as training begins" in inspector._words(service.view(HELD)).no_probabilities


def test_streams_answer_in_a_sentence_whatever_is_wrong(
    file: Path, service: TrainingService
) -> None:
    client = TestClient(Starlette(routes=live.live_routes()))

    def status(run: str) -> int:
        answers = [client.get(f"/live/{path}") for path in (run, f"{run}/answers/0")]
        assert all(str(file.parent) not in answer.text for answer in answers)
        assert all(answer.json()["error"] for answer in answers if answer.status_code != 200)
        (code,) = {answer.status_code for answer in answers}
        return code

    assert status("unknown") == 404
    execute(file, 'UPDATE points SET "values" = ? WHERE run = ? AND seq = 2', "{", OVER)
    assert status(OVER) == 410
    elsewhere = file.with_name("elsewhere")
    file.rename(elsewhere)
    assert status("finished") == 503
    elsewhere.rename(file)
    assert client.get("/live/finished").text.count("event: chunk") == len(EVENTS) - 2
    assert service.view("finished").events == EVENTS


def test_a_stream_whose_run_cannot_be_read_any_more_ends(
    file: Path, service: TrainingService, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(Starlette(routes=live.live_routes()))
    with service._lock:
        record = service._archive.record(HELD)

    def lose() -> None:
        with service._lock:
            del service._archive._records[HELD]
        file.rename(file.with_name("elsewhere"))
        service._notifier.notify(HELD)

    with client.stream("GET", f"/live/{HELD}") as stream:
        parts = stream.iter_text()
        assert next(parts)
        lose()
        for part in parts:
            assert "event: chunk" not in part
    assert f"A listener hears no more of run {HELD}" in caplog.text
    assert record.events == list(EVENTS)
