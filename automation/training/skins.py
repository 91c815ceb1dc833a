"""The sandbox in the look of a real site: its skin and its labels."""

from __future__ import annotations

import json

from pydantic import BaseModel

from config.site_profile import SiteProfile, load

SKINS = {"a": "sandbox", "b": "sandbox-b", "c": "sandbox-c"}
"""The site profile of each skin of the sandbox."""


_RENAME = """words => {
    const said = text => words[text.replace(/\\s+/g, ' ').trim().toLowerCase()];
    const rename = node => {
        if (node.nodeType === Node.TEXT_NODE) {
            const word = said(node.data);
            if (word && node.data.trim() !== word) node.data = word;
            return;
        }
        if (node.matches?.('input[type=button], input[type=submit]') && said(node.value))
            node.value = said(node.value);
        node.childNodes.forEach(rename);
    };
    new MutationObserver(changes => changes.forEach(change => {
        change.addedNodes.forEach(rename);
        if (change.type === 'characterData') rename(change.target);
    })).observe(document, {childList: true, subtree: true, characterData: true});
}"""


def new_words(shown: BaseModel, wanted: BaseModel) -> dict[str, str]:
    """Return the wanted words for the sandbox's labels, by the sandbox's own words in lower case.

    Only labels for which the site profile has other words than the sandbox are renamed.
    """
    renamed: dict[str, str] = {}
    for group, labels in wanted:
        ours = getattr(shown, group)
        pairs = [(getattr(ours, key), words) for key, words in labels] if _is_group(labels) else []
        for old, new in pairs:
            if isinstance(new, tuple) and new and old[:1] != new[:1]:
                renamed |= {word.lower(): new[0] for word in old if word != new[0]}
    return renamed


def _is_group(labels: object) -> bool:
    return isinstance(labels, BaseModel)


def profile_with_skin(site_name: str, skin: str = "") -> tuple[SiteProfile, str]:
    """Return the sandbox's profile with a site's labels, and the script that renames its pages.

    `skin` overrides the site's own skin. The script is for every page; "" when nothing is renamed.
    """
    look = load(site_name or "sandbox")
    profile = load(SKINS[skin or look.skin])
    renamed = new_words(profile.labels, look.labels)
    script = f"({_RENAME})({json.dumps(renamed)})" if renamed else ""
    return profile.model_copy(update={"labels": look.labels}), script
