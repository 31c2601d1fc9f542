# `make` alone lists what there is. Every target that builds makes the checkout ready first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo signs test lint format bench reference parity interop onnx-conformance onnx-gradients docs fuzz clean

SWIFT_FOLDERS := Package.swift Sources Tests $(wildcard Fuzz Benchmarks/Package.swift Benchmarks/Sources)

help: ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1                  \2/p' Makefile | sed -E 's/^(.{22}) */\1/'

setup: ## install what building needs: packages, libtorch
	@Scripts/setup.sh

demo: setup ## build the command and attack the shipped traffic signs, pictures in demo/
	swift build -c release --product adversary
	.build/release/adversary demo -o demo

signs: setup ## train the two shipped models of traffic signs again from drawn signs
	@Scripts/signs.sh runs/signs

test: setup lint ## check style and warnings, run all tests in debug and in release
	@Scripts/test.sh

lint: ## check the style of all Swift files
	@swift format lint --strict --parallel --recursive $(SWIFT_FOLDERS)

format: ## bring all Swift files into style
	@swift format --in-place --parallel --recursive $(SWIFT_FOLDERS)

bench: setup ## compare our speed with Foolbox, torchattacks, PyTorch and a Python script
	@Benchmarks/run.sh

reference: setup ## let PyTorch compute the reference answers again
	@Benchmarks/setup.sh
	@.venv-benchmarks/bin/python Tests/Reference/compare_fgsm.py --record

parity: setup ## compare AutoAttack with the official implementation's recorded answers (minutes)
	swift build -c release --product adversary
	@python3 Tests/Reference/compare_autoattack.py

interop: setup ## let a client and a server that are not ours talk to adversary, and compare with their own answers
	swift build -c release --product adversary
	@Scripts/interop.sh

onnx-conformance: setup ## run the ONNX project's own tests of operators on our lowering of ONNX models
	ADVERSARY_CONFORMANCE=1 swift build -c release --product onnx-conformance
	@Scripts/onnx-conformance.sh

onnx-gradients: setup ## compare logits and gradients of ONNX models with onnxruntime's and PyTorch's
	ADVERSARY_CONFORMANCE=1 swift build -c release --product onnx-conformance
	@Scripts/onnx-gradients.sh

docs: setup ## build the documentation into docs/; a warning is an error
	@Scripts/docs.sh

fuzz: setup ## feed damaged files to the readers for a while
	@set -- Fuzz/*.sh; for fuzzer; do "$$fuzzer"; done

clean: ## delete what was built, but keep the Python environments
	@rm -rf .build .build-* Benchmarks/.build docs demo
