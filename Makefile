# Building and testing Pullcheck. serve, dist, release, size, test and shots do their own set-up; `make setup` says what this
# machine has, and installs what it lacks.
#
#   make serve   build the page and serve it on this computer only
#   make dist    build the page into dist/: static files for any web server, under any path; PULLCHECK_SITE=https://… names
#                where it will stand, for search engines
#   make release the single file and the site as a zip, with checksums, into release/
#   make test    everything that must hold, in the order of what fails fastest; counts at the end
#   make setup   only the set-up
#   make size    what a first visit downloads, against the budget
#   make lighthouse  Lighthouse's four scores of the built page; fetches 185 MB of npm packages the first time
#   make engines the same journey in Firefox and WebKit, from a server and from a disk; needs Debian's firefox-esr,
#                webkit2gtk-driver and xvfb, or their like
#   make shots   pictures of every state of the page, into target/shots/, to be looked at; SHOTS="words of names" for some
#   make bench   speed and memory beside native tools, as Markdown; takes about half an hour and 20 GB of disk
#   make fuzz    every fuzz target for TIME seconds (60); installs cargo-fuzz where it is missing

.PHONY: help setup setup-dist dist release serve size lighthouse engines shots bench fuzz test clean
.NOTPARALLEL:

help:
	@sed -n 's/^#   //p' Makefile

setup:
	@bash setup/setup.sh test

setup-dist:
	@bash setup/setup.sh dist

dist: setup-dist
	@bash setup/dist.sh

release: dist
	@node setup/release.mjs

serve: dist
	@exec node setup/serve.mjs

size: dist
	@node tests/size-budget.mjs

lighthouse: dist
	@[ -d tests/lighthouse/node_modules ] || npm ci --prefix tests/lighthouse --ignore-scripts --no-audit --no-fund
	@node tests/lighthouse/run.mjs

engines: setup dist
	@cargo build --locked --quiet
	@node tests/engines/run.mjs

shots: setup dist
	@exec node tests/page/shots.mjs $(SHOTS)

bench: dist
	@exec node bench/run.mjs $(BENCH)

fuzz:
	@exec bash fuzz/run.sh $(or $(TIME),60)

test: setup
	@exec bash tests/run.sh

# Leaves alone what is shared by all clones of this project (~/.cache/pullcheck).
clean:
	rm -rf dist release target .tools node_modules tests/lighthouse/node_modules
