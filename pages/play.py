"""The playground: settings on the left, the live curves in the middle, one picture on the right."""

import streamlit as st

from playground.ui.controls import show_arithmetic, show_controls, show_no_effect
from playground.ui.draft import chosen_dataset
from playground.ui.inspector import show_inspector
from playground.ui.live_rate import show_live_rate
from playground.ui.problem_strip import show_problem
from playground.ui.run_panel import show_buttons, show_differences, show_run, show_trouble
from playground.ui.training import shown_run, training_service
from playground.ui.visitor import visitor

show_problem(chosen_dataset())
show_trouble(chosen_dataset())
page, numbers = st.container(), st.container()
settings, curves, picture = page.columns([33, 42, 35], gap="medium")

with settings:
    experiment = show_controls()
    view = shown_run(experiment.dataset)
    training_service().expect(experiment, visitor())
    show_buttons(view)
    show_differences(view, experiment)
    show_no_effect(experiment)
    show_live_rate(view)
    show_arithmetic(experiment)

with curves:
    show_run(view)

with picture:
    show_inspector(view, numbers)
