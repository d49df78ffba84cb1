#!/bin/sh
# Makes sure that there is a Chromium, and a font with Chinese characters, for the browser tests.
# Installs nothing where both are there. The argument is the Python of the project's environment.
set -eu
. "$(dirname "$0")/../apt.sh"
python=${1:-python3}

have_chromium() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    "$python" - <<'PY' 2>/dev/null
import pathlib, sys
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PY
}

# A machine without fontconfig (macOS) brings its own Chinese fonts.
have_chinese_font() {
    if ! command -v fc-list >/dev/null 2>&1; then return 0; fi
    [ -n "$(fc-list :lang=zh family)" ]
}

if ! have_chromium; then
    echo "The browser tests need a Chromium and this machine has none: installing one."
    { can_apt && apt_update && apt_install chromium-headless-shell fonts-noto-cjk && have_chromium; } ||
        { quietly "$python" -m playwright install chromium && have_chromium; } ||
        {
            echo "Could not install a Chromium. Install it yourself (Debian: apt-get install chromium-headless-shell fonts-noto-cjk; elsewhere: $python -m playwright install --with-deps chromium), then run make test again." >&2
            exit 1
        }
fi

if ! have_chinese_font; then
    echo "The browser tests look at Chinese pages and this machine has no Chinese font: installing one."
    { can_apt && apt_update && apt_install fonts-noto-cjk; } ||
        echo "Could not install a Chinese font: the pictures of Chinese pages will show boxes. Install fonts-noto-cjk or another one." >&2
fi
