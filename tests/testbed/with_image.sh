#!/usr/bin/env bash
# with_image.sh IMAGE COMMAND...: runs it once the tests' engine has this image too.
set -euo pipefail
"$(dirname "$0")/images.sh" "$DIVIO_TEST_ENGINE" "${1:?usage: with_image.sh IMAGE COMMAND...}"
shift
exec "$@"
