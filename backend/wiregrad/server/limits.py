"""How large a request may be, in bytes, and other bounds that keep one caller from starving the rest."""

MIB = 1 << 20

DEFAULT_BODY = 1 * MIB
GRAPH_BODY = 8 * MIB
UPLOAD_BODY = 256 * MIB
EVALUATION_BODY = 8 * MIB
PICTURE_BODY = 16 * MIB

FORM_FIELD = 64 * 1024
"""A text field of a multipart form."""

KEPT_REVISIONS = 100
"""Of each graph; the oldest are dropped first."""

EVENTS_PER_PAGE = 1_000

FRAMES_PER_SECOND = 20
"""That a socket sends at most to a client that is behind; each may hold many events."""

LIVE_FRAMES_PER_SECOND = 10
"""To a client that has all that there is: often enough for a curve, seldom enough to cost next to nothing.

All sockets send at the same moments, so that the training has to let the server in once for all of them.
"""

SOCKET_MESSAGES = 100
"""That a client may send over one socket, which has nothing to ask for."""

TAIL_EVENTS = 2_000
TAIL_BYTES = 16 * MIB
"""Of a live run's newest events, kept in memory: as text, parsed, and with fewer losses."""

PREVIEW_ROWS = 200

UPLOADED_FILES = 16
"""In one import: MNIST has four."""

LISTED_RUNS = 200
