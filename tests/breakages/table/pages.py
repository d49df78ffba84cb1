"""Settings, links, buttons and words of the pages, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

_PAGES: Final = "tests/ui/test_pages.py"

BREAKAGES: Final = (
    Breakage(
        name="settings-are-not-written-into-the-link",
        file="playground/ui/draft.py",
        text="        st.query_params.from_dict(link)\n",
        instead="        pass\n",
        tests=(f"{_PAGES}::test_a_widget_moves_the_link",),
    ),
    Breakage(
        name="link-forgets-the-language",
        file="playground/ui/draft.py",
        text='        link["lang"] = state["lang"]\n',
        instead="        pass\n",
        tests=(f"{_PAGES}::test_the_links_language_beats_the_browsers",),
    ),
    Breakage(
        name="chosen-language-is-not-kept",
        file="playground/ui/language.py",
        text="    return chosen if chosen is not None and chosen in LANGUAGES else browser_language()\n",
        instead="    return browser_language()\n",
        tests=(f"{_PAGES}::test_the_links_language_beats_the_browsers",),
    ),
    Breakage(
        name="link-loses-a-run-that-cannot-be-read-now",
        file="playground/ui/training.py",
        text="            return service.view(run)\n    except StoreError as error:\n",
        instead="            return service.view(run)\n    except StoreError as error:\n        choose_run(None)\n",
        tests=(
            "tests/ui/test_surroundings.py::test_a_link_keeps_its_run_while_the_store_cannot_be_read",
        ),
    ),
    Breakage(
        name="nothing-is-said-of-a-bad-link",
        file="playground/ui/draft.py",
        text="    state[_PROBLEMS] = decoded.problems\n",
        instead="    state[_PROBLEMS] = ()\n",
        tests=(f"{_PAGES}::test_what_is_bad_in_a_link_is_said_until_it_is_understood",),
    ),
    Breakage(
        name="nothing-is-compiled-before-train-is-pressed",
        file="pages/play.py",
        text="    training_service().expect(experiment, visitor())\n",
        instead="",
        tests=(f"{_PAGES}::test_the_network_of_the_settings_is_expected_while_they_are_set",),
    ),
    Breakage(
        name="train-ignores-the-settings",
        file="playground/ui/run_panel.py",
        text="    act_or_say(lambda: train(read_draft()))\n",
        instead="    act_or_say(lambda: train(Experiment()))\n",
        tests=("tests/browser/test_links.py::test_a_link_trains_what_it_says",),
    ),
    Breakage(
        name="train-takes-the-settings-before-the-last-change",
        file="playground/ui/draft.py",
        text="    _mend_widgets()\n    return _read_widgets()\n",
        instead="    return draft()\n",
        tests=(
            "tests/browser/test_keys.py::test_a_key_after_controls_trains_what_they_say_however_late_the_server",
        ),
    ),
    Breakage(
        name="prediction-is-the-one-before-the-last",
        file="playground/ui/lessons/prediction.py",
        text="            on_click=_commit,\n            args=(lesson,),\n",
        instead="            on_click=write_note,\n            args=(slug, _NAME, chosen),\n",
        tests=(
            "tests/ui/test_lessons.py::test_the_prediction_is_what_is_chosen_as_the_button_is_pressed",
        ),
    ),
    Breakage(
        name="next-lesson-is-the-one-after-the-one-that-was-drawn",
        file="playground/ui/lessons/page.py",
        text="on_click=choose_neighbour, args=(by,))",
        instead="on_click=choose_lesson, args=(neighbours(str(st.session_state.get('_lesson')))[by > 0],))",
        tests=(
            "tests/ui/test_lessons.py::test_two_presses_before_a_page_is_drawn_are_two_lessons",
        ),
    ),
    Breakage(
        name="last-run-does-not-stay",
        file="playground/ui/training.py",
        text="    choose_beside([*others, before.id] if is_other else others)\n",
        instead="    choose_beside(others)\n",
        tests=("tests/browser/test_beside.py::test_the_last_run_stays_named_by_what_differs",),
    ),
    Breakage(
        name="run-is-drawn-beside-itself",
        file="playground/ui/training.py",
        text="    choose_beside(run for run in chosen_beside() if run != view.id)\n",
        instead="",
        tests=(f"{_PAGES}::test_the_run_that_is_shown_is_not_drawn_beside_itself",),
    ),
    Breakage(
        name="run-that-was-taken-off-cannot-be-put-back",
        file="playground/ui/training.py",
        text="    choose_beside([*chosen_beside(), run])\n",
        instead="    choose_beside(chosen_beside())\n",
        tests=(f"{_PAGES}::test_a_run_goes_off_the_chart_and_comes_back_by_one_press_each",),
    ),
    Breakage(
        name="link-forgets-the-runs-beside",
        file="playground/ui/draft.py",
        text='        link["runs"] = ",".join(chosen_beside())\n',
        instead="        pass\n",
        tests=(f"{_PAGES}::test_a_link_draws_runs_beside_the_one_that_is_shown",),
    ),
    Breakage(
        name="press-is-lost-while-a-page-is-drawn",
        file="playground/ui/streamlit_private/presses.py",
        text="        both = (_each(waiting.widget_states) + _each(new.widget_states))[-WAITING:]\n",
        instead="        both = _each(new.widget_states)\n",
        tests=(
            "tests/ui/test_presses.py::test_presses_that_come_while_a_page_is_drawn_are_carried_out_in_order",
        ),
    ),
    Breakage(
        name="streams-keep-a-server-from-ending",
        file="playground/ui/server.py",
        text="    _end_streams_first(service)\n    say_addresses()\n",
        instead="    say_addresses()\n",
        tests=(
            "tests/ui/test_server.py::test_what_the_server_does_beside_serving_begins_and_ends_with_it",
        ),
    ),
    Breakage(
        name="what-came-is-shown-as-a-link-of-ours",
        file="playground/ui/inert.py",
        text="_SPLIT.sub(_JOINER, text))",
        instead="text)",
        tests=("tests/ui/test_inert.py::test_signs_are_escaped_and_addresses_cut",),
    ),
)
