# Nothing but other names for ./moot, which needs no make.
.PHONY: demo test bench
demo: ; ./moot demo
test: ; ./moot test
bench: ; ./moot bench $(NAME)
