#!/bin/sh
# The tests of the plugin on one mypy after the other: .ci/mypy_versions.sh [version ...]
# Each is unpacked beside the environment that runs the tests and comes before its own on the path.
set -u
cd "$(dirname "$0")/.."
python=${PYTHON:-python}
place=${MYPY_VERSIONS:-${TMPDIR:-/tmp}/typedflow-mypy-versions}
failed=""
for version in ${*:-1.11.0 1.13.0 1.15.0 1.17.1 1.19.1 1.20.2 2.1.0 2.4.1}; do
    if [ ! -d "$place/$version" ]; then
        "$python" -m pip install --quiet --no-deps --target "$place/$version" "mypy==$version" 2>/dev/null || { failed="$failed $version(install)"; continue; }
    fi
    if PYTHONPATH="$place/$version" "$python" -m pytest -q -p no:cacheprovider --no-header --tb=no typecheck_tests/plugin; then
        echo "mypy $version: all tests pass"
    else
        echo "mypy $version: FAILED"
        failed="$failed $version"
    fi
done
[ -z "$failed" ] || { echo "failed on:$failed"; exit 1; }
