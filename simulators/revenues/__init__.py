"""A simulated revenues and benefits package, “Tallystick”: council tax accounts and benefit claims of several councils.

A program of its own with its own store. It speaks HTTP and JSON in the manner of its trade: short field names, codes of
its own, days as `20260914`, money as `"1234.50"`. It knows nothing of whoever asks.
"""
