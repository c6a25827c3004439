# make setup   environment in .venv            make demo   everything once, small, under 20 minutes on two cores
# make test    all tests, a real step included  make all    every stage in order at full size
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
UV_VERSION := 0.13.9
DEMO := outputs/demo
# The shipped adapter where the repo has one, the briefly trained one otherwise.
DEMO_MODEL := $(if $(wildcard outputs/adapter/adapter_config.json),outputs/adapter,$(DEMO)/adapter)
EXAMPLE := bhai kal 2 baje ke baad meeting ko Friday 4pm pe shift kar de

# uv does not read pip's settings: pass on an extra wheel folder where the machine has one.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_HTTP_TIMEOUT ?= 180
export TOKENIZERS_PARALLELISM := false

ifneq ($(shell command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | head -n 1),)
REQUIREMENTS := requirements-cuda.txt
CONSTRAINTS := -c constraints-cuda.txt
DEVICE := CUDA
else
REQUIREMENTS := requirements.txt
CONSTRAINTS := -c constraints.txt --override overrides-cpu.txt
DEVICE := CPU
endif

.PHONY: setup demo test test-fast all data train eval gate ablate foreign redact bench verify measure-script flywheel release-check

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt requirements-cuda.txt overrides-cpu.txt constraints.txt constraints-cuda.txt
	@echo "environment for $(DEVICE), from $(REQUIREMENTS)" >&2
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV) pip install -q --python $(PY) -r $(REQUIREMENTS) $(CONSTRAINTS)
	@touch $@

demo: setup
	@echo "== base model" >&2 && $(PY) fetch_model.py
	@echo "== data" >&2 && $(PY) gen_data.py --out $(DEMO)/data --aux 0 --extra 0 --more 0
	@echo "== a short real training run" >&2 && $(PY) train.py --data $(DEMO)/data/train.jsonl \
		--val $(DEMO)/data/val.jsonl --rows 64 --epochs 1 --rows-per-step 8 --out $(DEMO)/adapter
	@echo "== evaluation, baseline and tuned" >&2
	@$(PY) eval.py --model qwen2.5-coder-0.5b-instruct --limit 6 --out $(DEMO)/eval/baseline-free
	@$(PY) eval.py --model $(DEMO_MODEL) --limit 6 --out $(DEMO)/eval/tuned-free
	@$(PY) eval.py --rescore --out $(DEMO)/eval
	@echo "== latency at 1, 8 and 32" >&2 && $(PY) bench_latency.py --model $(DEMO_MODEL) --arms baseline merged \
		--requests 2 8 32 --repetitions 1 --out $(DEMO)/bench
	@$(PY) reports.py --metrics $(DEMO)/eval/metrics.json --bench $(DEMO)/bench/summary.json --out $(DEMO)
	@echo "== one question" >&2 && echo "message: $(EXAMPLE)" && echo "gold:" && $(PY) -c \
		"import contract; print(contract.serialize(contract.EXAMPLE_OUTPUT))"
	@echo "base model, raw (prompt short; the long one carries this example):" && \
		$(PY) predict.py --raw --model qwen2.5-coder-0.5b-instruct --prompt short "$(EXAMPLE)"
	@echo "model of the short run, raw:" && $(PY) predict.py --raw --model $(DEMO)/adapter "$(EXAMPLE)"
	@echo "shipped model, raw (the example is a training row):" && $(PY) predict.py --raw --model $(DEMO_MODEL) "$(EXAMPLE)"

test: setup
	@$(PY) fetch_model.py
	@$(PY) -m pytest -q

test-fast: setup
	@$(PY) -m pytest -q -m "not slow"

data: setup
	$(PY) gen_data.py

train: setup
	$(PY) train.py

eval: setup
	$(PY) eval.py --model qwen2.5-coder-0.5b-instruct
	$(PY) eval.py --model qwen2.5-coder-0.5b-instruct --decoding guarded
	$(PY) eval.py
	$(PY) eval.py --decoding guarded
	$(PY) eval.py --adapter-at-runtime

# Release thresholds; exits 1 and names each one that is missed.
gate: setup
	$(PY) eval.py --gate gates.json --junit outputs/gates.xml

# Every arm of outputs/ablations.md: hours on a CPU, resumable.
ablate: setup
	$(PY) ablate.py

# Recall and precision of the privacy filter on its labelled cases.
redact: setup
	$(PY) redact.py --measure

# Other people's messages are not part of the repo: make foreign ARGS="--texts FILE"
foreign: setup
	$(PY) measure_foreign.py $(ARGS)

# ARGS="--side --cross-check --peers --profile" measures the rest of the report.
bench: setup
	$(PY) bench_latency.py $(ARGS)

verify: setup
	$(PY) eval.py --rescore --check

# Other people's data are not part of the repo: make measure-script ARGS="--lid FILE --dakshina FILE --messages FILE"
measure-script: setup
	$(PY) measure_script.py --golds stress_suite.jsonl $(ARGS)

# The flywheel's simulation: picking against random sampling, on a proxy model.
flywheel: setup
	$(PY) flywheel.py simulate

# Rehearsal of a release, a line a step; exits 1 where one fails.
release-check: setup
	$(PY) release_check.py

all: data train eval bench
	$(PY) reports.py
