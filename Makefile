# `make` alone prints this help: each target with the comment behind its `##`.
PYTHON ?= python3
VENV_PYTHON = $(firstword $(wildcard .venv/bin/python .venv/Scripts/python.exe) .venv/bin/python)

.DEFAULT_GOAL := help
.PHONY: help setup report test campaign lab slides notebooks format lock environment

help: ## this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## make the environment in .venv; the other targets do so by themselves
	@$(PYTHON) run.py setup

report: ## the deal-impact report on the example
	@$(PYTHON) run.py report

test: ## every check and test, notebooks too
	@$(PYTHON) run.py test

campaign: ## the long checks against theory: half an hour
	@$(PYTHON) run.py campaign

lab: ## open JupyterLab on the notebooks
	@$(PYTHON) run.py lab

slides: ## the planning review of the example, as slides
	@$(PYTHON) run.py slides

notebooks: setup ## run the committed notebooks again and keep their outputs
	@$(VENV_PYTHON) -m ripple.reports.refresh

format: setup ## put the code into its layout, and sort its imports
	@$(VENV_PYTHON) -m ruff check --select I --fix .
	@$(VENV_PYTHON) -m ruff format .

lock: setup ## resolve the libraries again, after a change of pyproject.toml
	@$(VENV_PYTHON) -m uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
		--all-extras --group test --group setup --no-annotate --no-header pyproject.toml -o requirements.lock

environment: setup ## write environment.yml again, after a change of pyproject.toml
	@$(VENV_PYTHON) tests/test_environment.py
