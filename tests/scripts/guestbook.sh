#!/usr/bin/env bash
# The guestbook's own tests pass in its image.
set -euo pipefail
# shellcheck source=tests/scripts/check.sh
. "$(dirname "$0")/check.sh"
need_engine
"$top/examples/guestbook/test.sh" "$DIVIO_TEST_ENGINE"
