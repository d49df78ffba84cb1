"""How a database comes to today's schema, one step after the other; steps go forward only."""
