"""A part of a recording: enough scenes for a whole film file, and few enough to encode at once."""

from __future__ import annotations

from dataclasses import replace

from automation.training.recording import Recording


def one_of_each_chapter(recording: Recording) -> Recording:
    """Return the recording with the first scene of each chapter, and of its acts the last alone."""
    first = {scene.chapter: scene for scene in reversed(recording.scenes)}
    kept = [scene for scene in recording.scenes if scene is first[scene.chapter]]
    return replace(recording, scenes=tuple(replace(one, acts=one.acts[-1:]) for one in kept))
