"""What `./moot` does before anything is installed. Standard library alone: only what a bare Debian's python3 has."""
