"""All that Moothall knows of the revenues package “Tallystick”: its codes and its door."""
