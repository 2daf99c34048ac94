"""A telephone exchange to practise on: stations, route points and callers, spoken to in CSTA III XML. Knows nothing
of Moothall.
"""
