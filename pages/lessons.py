"""The lessons: the list of them, or the one that the link names."""

from playground.ui.draft import write_link
from playground.ui.lessons.index import show_index
from playground.ui.lessons.notes import keep_notes, read_notes
from playground.ui.lessons.page import show_lesson
from playground.ui.lessons.place import current_lesson

read_notes()
lesson = current_lesson()
write_link()
if lesson is None:
    show_index()
else:
    show_lesson(lesson)
keep_notes()
