#!/bin/sh
# Sets up the environment with PyTorch and JAX that `make bench` compares with, once.
# The arguments are a Python and the environment's folder. What cannot be installed is named, and the
# benchmark leaves it out: this script never fails.
set -u
python=$1
folder=$2
here=$(dirname "$0")
wanted=$here/requirements.txt
torch_index=https://download.pytorch.org/whl/cpu  # of the project itself: the builds called "+cpu"

if [ "$folder/.done" -nt "$wanted" ] && [ "$folder/.done" -nt "$here/../constraints.txt" ]; then exit 0; fi
echo "Setting up $folder with PyTorch and JAX to compare with: some minutes, once."
rm -rf "$folder"
"$python" -m venv "$folder" || exit 0

install() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$folder/bin/python" -m pip install --quiet --progress-bar off \
        --constraint "$here/../constraints.txt" "$@" 2>"$folder/pip.log"
}

missing=
while IFS= read -r line; do
    case $line in '' | '#'*) continue ;; esac
    # The second attempt: only where PyTorch is not found, because the index may not be reachable.
    install "$line" || install --retries 1 --timeout 20 --extra-index-url "$torch_index" "$line" || {
        missing=yes
        echo "Not installed, and left out of the benchmark: $line ($(tail -n 1 "$folder/pip.log"))." >&2
    }
done <"$wanted"

# Without this mark the next `make bench` tries again.
if [ -z "$missing" ]; then touch "$folder/.done"; fi
