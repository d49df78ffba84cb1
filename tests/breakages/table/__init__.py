"""What is broken on purpose, a module for each part of the app; what takes longest to notice comes first."""

from typing import Final

from tests.breakages.breakage import Breakage
from tests.breakages.table import (
    browser,
    charts,
    core,
    engine,
    guards,
    jobs,
    lessons,
    live,
    pages,
    store,
)

BREAKAGES: Final[tuple[Breakage, ...]] = (
    *browser.BREAKAGES,
    *jobs.BREAKAGES,
    *engine.BREAKAGES,
    *pages.BREAKAGES,
    *store.BREAKAGES,
    *lessons.BREAKAGES,
    *live.BREAKAGES,
    *guards.BREAKAGES,
    *charts.BREAKAGES,
    *core.BREAKAGES,
)
