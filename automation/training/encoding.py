"""Film files: H.264 in MP4, VP9 in WebM, and moving pictures (GIF, WebP) for a web page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from PIL import Image as Images

from automation.training.painting import CARD

if TYPE_CHECKING:
    from PIL.Image import Image

    from automation.training.film import Cue

MILLISECOND = Fraction(1, 1000)
CODECS: dict[str, tuple[str, dict[str, str]]] = {
    # no pictures out of order ("bf"): with them the last card is shown for too short a time
    ".mp4": ("libx264", {"preset": "veryfast", "crf": "24", "tune": "animation", "bf": "0"}),
    ".webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "0"}),
}
VOICES = {".mp4": "aac", ".webm": "libopus"}
RATE = 48_000
"""Samples of sound in a second."""

PICTURES = (".gif", ".webp")
SMALL = (800, 450)
"""Width and height of a moving picture in pixels; small, to fit a page of text."""

SHORT = 100
"""A moving picture leaves out frames that are shown for less than this, in milliseconds."""


class Video:
    """A film in a codec; a still picture is written once, not once per frame."""

    def __init__(
        self, container: Any, codec: str, options: dict[str, str], track: Path | None, voice: str
    ) -> None:
        self._container = container
        self._track = track
        self._voice: Any = container.add_stream(voice, rate=RATE) if track else None
        self._stream = container.add_stream(codec, rate=25, options=options)
        self._stream.width, self._stream.height = CARD
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = MILLISECOND
        self._now = 0
        self._last: Image | None = None

    def add(self, picture: Image, time: int) -> None:
        """Show a picture for `time` milliseconds."""
        self._put(picture, self._now)
        self._now += time
        self._last = picture

    def _put(self, picture: Image, at: int) -> None:
        frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
        frame.pts, frame.time_base = at, MILLISECOND
        self._container.mux(self._stream.encode(frame))

    def end(self) -> None:
        """Write the last picture again, so that it is shown for its whole time."""
        if self._last is not None:
            self._put(self._last, self._now)
        self._container.mux(self._stream.encode())
        if self._track is not None:
            self._speak(self._track)

    def _speak(self, track: Path) -> None:
        """Write the spoken track."""
        codec = self._voice.codec_context
        resampler = av.AudioResampler(codec.format, codec.layout, RATE, codec.frame_size or None)
        with av.open(str(track)) as spoken:
            for frame in [*spoken.decode(audio=0), None]:
                for part in resampler.resample(frame):
                    self._container.mux(self._voice.encode(part))
        self._container.mux(self._voice.encode())


class MovingPicture:
    """A GIF or WebP that loops for ever, without the pointer's movement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pictures: list[Image] = []
        self._times: list[int] = []

    def add(self, picture: Image, time: int) -> None:
        """Show a picture for `time` milliseconds."""
        if time < SHORT and self._times:
            self._times[-1] += time
            return
        self._pictures.append(picture.resize(SMALL, Images.Resampling.LANCZOS))
        self._times.append(time)

    def end(self) -> None:
        """Write the file."""
        first, *others = self._pictures
        more: dict[str, Any] = {"quality": 60, "method": 4} if self._path.suffix == ".webp" else {}
        first.save(
            self._path, save_all=True, append_images=others, duration=self._times, loop=0, **more
        )


@contextmanager
def file_for(
    path: Path, chapters: Sequence[Cue], track: Path | None = None
) -> Iterator[Video | MovingPicture]:
    """Open a film file in the format of its suffix; it is complete when the block has ended.

    `track` is a WAV file as long as the film; moving pictures have no sound.
    """
    if path.suffix in PICTURES:
        pictures = MovingPicture(path)
        yield pictures
        pictures.end()
        return
    codec, options = CODECS[path.suffix]
    with av.open(str(path), "w") as container:
        container.set_chapters(
            [
                {
                    "id": number, "start": cue.begin, "end": cue.end, "time_base": MILLISECOND,
                    "metadata": {"title": cue.text},
                }
                for number, cue in enumerate(chapters)
            ]
        )  # fmt: skip
        video = Video(container, codec, options, track, VOICES[path.suffix])
        yield video
        video.end()
