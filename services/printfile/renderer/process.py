"""A drawing process: does one job after another, with limits, until its input ends.

It opens what strangers sent. Whatever that does to it, only the job at hand is lost.
"""

import errno
import hashlib
import os
import resource
import sys
import time
from pathlib import Path
from typing import BinaryIO

from services.printfile.domain.answers import Answers
from services.printfile.renderer.decoding import close_loaders
from services.printfile.renderer.intake import make_own_copy
from services.printfile.renderer.messages import (
    LENGTH,
    REQUEST,
    CopyPhoto,
    Full,
    Impossible,
    Message,
    OwnPhoto,
    Prepare,
    Prepared,
    Render,
    Rendered,
    RenderedFile,
    RenderedPreview,
    Request,
    frame,
)
from services.printfile.renderer.refusals import CannotRender, Unusable
from services.printfile.renderer.rendering import Renderer

MEDIA_TYPES = {"png": "image/png", "pdf": "application/pdf", "svg": "image/svg+xml"}
MEMORY_BYTES_MAX = 2_000_000_000
MEMORY_MAX = "2 GB"
CPU_SECONDS_MAX = 20


def main() -> None:
    """Answer requests on the pipe that standard input and output are."""
    scratch = Path(sys.argv[1])
    # What a library prints must not get between the messages.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, hard))
    close_loaders()
    serve(sys.stdin.buffer, replies, Renderer(scratch))


def serve(requests: BinaryIO, replies: BinaryIO, renderer: Renderer) -> None:
    """Answer one request after another until there are no more, or no memory is left."""
    while len(start := requests.read(LENGTH.size)) == LENGTH.size:
        body = requests.read(LENGTH.unpack(start)[0])
        limit_time()
        try:
            reply = answer(REQUEST.validate_json(body), renderer)
        except MemoryError:
            # What is left may not do for the next job either: a fresh process takes that.
            replies.write(frame(Impossible(reason=f"it takes more than {MEMORY_MAX} of memory")))
            return
        replies.write(frame(reply))
        replies.flush()


def limit_time() -> None:
    """Have the system end this process when the next job takes far too long."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(time.process_time()) + CPU_SECONDS_MAX
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def answer(request: Request, renderer: Renderer) -> Message:
    """Do what is asked; what cannot be done for a reason in the request is told, not raised."""
    try:
        match request:
            case CopyPhoto():
                return copy_photo(request)
            case Render():
                return render(request, renderer)
            case Prepare():
                return prepare(request, renderer)
    except (Unusable, CannotRender) as reason:
        return Impossible(reason=str(reason))
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise MemoryError from error
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return Full()
        raise


def copy_photo(request: CopyPhoto) -> OwnPhoto:
    """Make our own copy of a shopper's picture."""
    copy = make_own_copy(Path(request.source).read_bytes())
    Path(request.target).write_bytes(copy.content)
    return OwnPhoto(
        sha256=hashlib.sha256(copy.content).hexdigest(),
        media_type=copy.media_type,
        width=copy.width,
        height=copy.height,
        size_bytes=len(copy.content),
        converted_from=copy.converted_from,
    )


def prepare(request: Prepare, renderer: Renderer) -> Prepared:
    """Make a picture ready."""
    sources = {name: Path(path) for name, path in request.sources.items()}
    return Prepared(is_all=renderer.prepare(request.template, sources))


def render(request: Render, renderer: Renderer) -> Rendered:
    """Draw an item."""
    answers = Answers(request.texts, request.photos, request.findings)
    sources = {name: Path(path) for name, path in request.sources.items()}
    made = renderer.render(request.template, answers, sources, Path(request.folder))
    return Rendered(
        files=tuple(
            RenderedFile(
                location=file.location.id,
                path=str(file.printed.path),
                sha256=file.printed.sha256,
                size_bytes=file.printed.size_bytes,
                width=file.location.width,
                height=file.location.height,
                dpi=file.location.dpi,
                media_type=MEDIA_TYPES[file.location.format],
            )
            for file in made.files
        ),
        previews=tuple(
            RenderedPreview(
                path=str(shown.path), sha256=shown.sha256, width=shown.width, height=shown.height
            )
            for shown in made.previews
        ),
        findings=made.findings,
    )


if __name__ == "__main__":
    main()
