"""About: what happens on Train, whose pictures these are, what is kept, and what it is built with."""

from playground.ui.about import show_about
from playground.ui.draft import write_link

show_about()
write_link()
