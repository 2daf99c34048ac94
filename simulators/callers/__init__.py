"""The public: rings the exchange's lines by a real profile of the day, waits, talks and rings off. Knows nothing of
Moothall.
"""
