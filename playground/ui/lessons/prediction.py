"""The learner commits to a prediction before anything is trained, and may vote again until it comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from playground.core.message import N_
from playground.lessons import Asking
from playground.ui.choosing import Words, settle, show_radio, texts_words
from playground.ui.inert import inert
from playground.ui.language import _, current_language
from playground.ui.lessons.notes import note, write_note

MOST_WHY: Final = 200
"""Characters of a reason."""

_NAME: Final = "prediction"
_FIRST: Final = "first_prediction"
_SURE: Final = "sure"
_WHY: Final = "why"
_AGAIN: Final = "votes_again"
_SKIPPED: Final = "skipped"

_DEGREES: Final = texts_words(
    {"guess": N_("just guessing"), "fairly": N_("fairly sure"), "very": N_("very sure")}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: a choice of the prediction, None if the runs do not agree; and a sentence."""

    value: str | None
    sentence: str

    def followed_by(self, sentence: str) -> Outcome:
        """Return this outcome with a further sentence."""
        return Outcome(self.value, f"{self.sentence} {sentence}".strip())


def has_committed(lesson: Asking) -> bool:
    """Return whether the lesson may go on: there is a prediction, or it was skipped."""
    return _vote(lesson, _NAME) is not None or bool(note(lesson.slug, _SKIPPED))


def _vote(lesson: Asking, name: str) -> str | None:
    """Return what was predicted; None for what cannot be predicted any more, or never could."""
    made = note(lesson.slug, name)
    return made if made in lesson.choices else None


def show_prediction(lesson: Asking, *, titled: bool = True) -> None:
    """Ask for the prediction, why, and how sure one is; once it is made it stands.

    Args:
        lesson: whose.
        titled: say that it is one; a step of that name does so itself.
    """
    question = lesson.asked(current_language())
    with st.container(key="prediction", border=True):
        title = f"**{_('Your prediction')}**\n\n" if titled else ""
        st.markdown(title + question.text)
        if has_committed(lesson) and not note(lesson.slug, _AGAIN):
            st.write(_made(lesson))
        else:
            _show_vote(lesson)


def _made(lesson: Asking) -> str:
    """Return what was predicted, how surely and why."""
    slug = lesson.slug
    if (made := _vote(lesson, _NAME)) is None:
        return _("You skipped the prediction.")
    said = [_("You predicted: {prediction}", prediction=_text(lesson, made))]
    if sure := _DEGREES(current_language()).get(str(note(slug, _SURE))):
        said.append(sure)
    if why := note(slug, _WHY):
        said.append(inert(f"“{why}”"))
    return " · ".join(said)


def _text(lesson: Asking, made: str) -> str:
    return lesson.asked(current_language()).texts[made]


def _show_vote(lesson: Asking) -> None:
    slug = lesson.slug
    question, key = lesson.asked(current_language()), f"{slug}_{_NAME}"
    chosen = show_radio(question.text, _words(lesson), key=key, label_visibility="collapsed")
    show_radio(_("How sure are you?"), _DEGREES, key=f"{slug}_{_SURE}", horizontal=True)
    st.text_input(_("Why? One sentence, for yourself"), key=f"{slug}_{_WHY}", max_chars=MOST_WHY)
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Lock in my prediction"),
            key="commit",
            type="primary",
            disabled=chosen is None,
            on_click=_commit,
            args=(lesson,),
        )
        if _vote(lesson, _NAME) is None:
            st.button(
                _("Skip"),
                key="skip",
                type="tertiary",
                help=_("Teachers: continue without predicting."),
                on_click=write_note,
                args=(slug, _SKIPPED, True),
            )


def _commit(lesson: Asking) -> None:
    """Make what is chosen the prediction, as it is when the button is pressed; the first one is kept."""
    slug, key = lesson.slug, f"{lesson.slug}_{_NAME}"
    if (chosen := settle(key, _words(lesson))) is None:
        return
    before = _vote(lesson, _NAME)
    if before is not None and _vote(lesson, _FIRST) is None:
        write_note(slug, _FIRST, before)
    write_note(slug, _NAME, chosen)
    write_note(slug, _SURE, settle(f"{slug}_{_SURE}", _DEGREES) or "")
    write_note(slug, _WHY, str(st.session_state.get(f"{slug}_{_WHY}") or "")[:MOST_WHY])
    write_note(slug, _AGAIN, False)


def _words(lesson: Asking) -> Words:
    return lambda code: lesson.asked(code).texts


def show_second_vote(lesson: Asking) -> None:
    """Offer to vote again, as long as nothing has come out."""
    slug = lesson.slug
    if _vote(lesson, _NAME) is not None and not note(slug, _AGAIN):
        st.button(
            _("Vote again"),
            key="vote_again",
            type="tertiary",
            help=_("When you have talked it over, for instance. Your first vote is kept."),
            on_click=_vote_again,
            args=(slug,),
        )


def _vote_again(slug: str) -> None:
    """Ask anew; nothing of the vote before stands in the fields."""
    for name in (_NAME, _SURE, _WHY):
        st.session_state.pop(f"{slug}_{name}", None)
    write_note(slug, _AGAIN, True)


def show_outcome(lesson: Asking, outcome: Outcome) -> None:
    """Say, below the prediction, whether it came out so; a vote that is still open is over."""
    slug = lesson.slug
    made, first = _vote(lesson, _NAME), _vote(lesson, _FIRST)
    if note(slug, _AGAIN):
        write_note(slug, _AGAIN, False)
        st.rerun()
    sentence = outcome.sentence
    if first is not None and first != made:
        sentence += " " + _("Your first vote was: {prediction}", prediction=_text(lesson, first))
    with st.container(key="outcome"):
        if made is None or outcome.value is None:
            st.info(sentence)
        elif made == outcome.value:
            st.success(f"**✓ {_('You were right.')}** {sentence}")
        else:
            st.info(f"**{_('Not what you predicted.')}** {sentence}")
