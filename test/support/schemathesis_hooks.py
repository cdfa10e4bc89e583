"""What schemathesis has to know of our media types."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
