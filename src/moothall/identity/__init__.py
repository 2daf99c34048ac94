"""How a council looks and speaks: its name, colour, logo, host name and texts; drafts, and the versions that were
published.

The one rule, so that nothing is said twice: a line's number and its own greeting are the agreement's; everything that
holds for a whole council is here. A line without a `greeting:` is greeted by the council's usual greeting, and where it
has none, by the usual one of all. What every page needs of a council (name, colour, host, which logo) is copied into
its row of `tenancy_council` by the database's function that publishes, and by nothing else.
"""
