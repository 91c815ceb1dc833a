"""Promises about site profiles."""

import tomllib
import traceback
from pathlib import Path

import pytest

from config.site_profile import SITES, ProfileError, SiteProfile, load, names

PRACTICE = 'address = "https://practice.example"\n'


def refused(path: Path, text: str | bytes) -> ProfileError:
    """The clear error of a profile that must not load."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProfileError) as caught:
        load(str(path))
    return caught.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a profile of one's own lies."""
    return tmp_path / "qa.toml"


@pytest.mark.parametrize("name", names())
def test_shipped_profile_loads(name: str) -> None:
    """Every profile that comes with the program loads under its own name."""
    profile = load(name)
    assert profile.name == name
    assert profile.sandbox == name.startswith("sandbox")
    assert profile.sign_in == ("form" if profile.sandbox else "person")


@pytest.mark.parametrize("name", names())
def test_shipped_profile_only_differences(name: str) -> None:
    """A profile holds only what differs from the defaults."""

    def same(said: dict, usual: dict, where: str) -> list[str]:
        found = []
        for key, value in said.items():
            if isinstance(value, dict):
                found += same(value, usual[key], f"{where}{key}.")
            else:
                words = (value,) if isinstance(usual[key], tuple) else value
                words = tuple(value) if isinstance(value, list) else words
                found += [where + key] if words == usual[key] else []
        return found

    said = tomllib.loads((SITES / f"{name}.toml").read_text(encoding="utf-8"))
    assert same(said, SiteProfile(name="usual").model_dump(), "") == []


def test_mistyped_key_wording(file: Path) -> None:
    """A mistyped key is named, the known ones listed, and the nearest suggested."""
    error = refused(file, PRACTICE + '[labels.settings]\ncopey = "Copay"\n')
    assert error.where == "site profile 'qa.toml', key 'labels.settings.copey'"
    assert error.expected == (
        "a known key, one of: copay, edit, payer, priority, save, section, tab"
    )
    assert error.found == "the unknown key 'labels.settings.copey'"
    assert error.next_step == "did you mean 'copay'? mend the spelling or take the line out"


@pytest.mark.parametrize(
    ("text", "key"), [("adress = 1", "adress"), ("[labls]\nx = 1", "labls"),
                      ("[limits]\npages = 2", "limits.pages")],
)  # fmt: skip
def test_mistyped_key_anywhere(text: str, key: str, file: Path) -> None:
    """A mistyped key is named at whatever depth it stands."""
    assert repr(key) in refused(file, text).where


@pytest.mark.parametrize(
    "address",
    ["http://practice.example", "http://127.0.0.1.practice.example", "http://192.168.1.5",
     "ftp://practice.example", "practice.example", "https://", "https://a b.example",
     "https://practice.example:99999", "file:///tmp/x", ""],
)  # fmt: skip
def test_unsafe_address(address: str, file: Path) -> None:
    """An address that is not https, but for this computer itself, is refused by its key."""
    error = refused(file, f'address = "{address}"\n')
    assert "'address'" in error.where and error.found == repr(address)


@pytest.mark.parametrize("login", ["biller:hush42@", "biller@", "@", ":hush42@"])
def test_address_with_credentials(login: str, file: Path) -> None:
    """An address with credentials is refused, and they are repeated nowhere."""
    error = refused(file, f'address = "https://{login}practice.example"\n')
    assert error.expected == "an address with a host and without a user name or password"
    assert "hush42" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("address", "origin"),
    [("http://127.0.0.1:8000/", "http://127.0.0.1:8000"), ("http://[::1]:8000", "http://[::1]:8000"),
     ("http://localhost", "http://localhost"),
     ("https://WWW.Practice.example:443/app/", "https://www.practice.example")],
)  # fmt: skip
def test_origin_as_browsers_write_it(address: str, origin: str) -> None:
    """The origin is in the browser's own form, so that the lock fits."""
    assert SiteProfile(name="qa").at(address).origin == origin


def test_at_is_checked() -> None:
    """Another address for a profile is checked like one from a file."""
    with pytest.raises(ProfileError, match="https address"):
        load("therapynotes").at("http://practice.example")


def test_sandbox_only_here(file: Path) -> None:
    """No real address may be called a sandbox, where films and traces are allowed."""
    error = refused(file, PRACTICE + "sandbox = true\n")
    assert error.expected == "sandbox = true only with an address on this computer"


def test_password_only_make_believe(file: Path) -> None:
    """A profile of a real site holds no password, and the one found is not repeated."""
    for text in (
        PRACTICE + 'make_believe_password = "hush42"',
        'make_believe_password = ["hush42"]',
    ):
        error = refused(file, text)
        assert "hush42" not in "".join(traceback.format_exception(error))


def test_also_allow_one_or_several(file: Path) -> None:
    """Another address to allow is said alone or in a list."""
    for said in ('"https://a.example"', '["https://a.example"]'):
        file.write_text(f"{PRACTICE}also_allow = {said}\n")
        assert load(str(file)).also_allow == ("https://a.example",)


def test_missing_file() -> None:
    """A profile that is not there is answered with the names that are."""
    for name in ("nowhere", "nowhere.toml", "~nobody-here/x.toml", "", "x" * 5000, "\0"):
        with pytest.raises(ProfileError) as caught:
            load(name)
        assert caught.value.found == "no such profile or file"
        assert caught.value.expected.startswith("one of sandbox, sandbox-b, sandbox-c, therapy")


@pytest.mark.parametrize("text", ["address =", "[labels", "a = 1\na = 2", b"\xff\xfe"])
def test_broken_toml(text: str | bytes, file: Path) -> None:
    """A file that is no TOML is named as such."""
    error = refused(file, text)
    assert (error.where, error.expected) == ("site profile 'qa.toml'", "a TOML file")


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [('sandbox = "maybe"', "sandbox", "true or false"),
     ('skin = "d"', "skin", "'a', 'b' or 'c'"),
     ("address = 5", "address", "a text in quotes"),
     ("labels = 5", "labels", "a table of keys"),
     ("[labels.billing]\ntab = 5", "labels.billing.tab", "one text in quotes or a list"),
     ("[labels.billing]\ntab = [5]", "labels.billing.tab.0", "a text in quotes"),
     ("[labels.billing]\ntab = []", "labels.billing.tab", "at least one text"),
     ('[labels.billing]\ntab = ""', "labels.billing.tab.0", "a text that is not blank"),
     ('[labels.billing]\ntab = " "', "labels.billing.tab.0", "a text that is not blank"),
     ('[limits]\npage = "soon"', "limits.page", "a number of seconds"),
     ("[limits]\npage = 0", "limits.page", "greater than 0"),
     ("[limits]\npage = nan", "limits.page", "or equal to 120"),
     ('name = "QA Site"', "name", "small letters, digits and dashes")],
)  # fmt: skip
def test_wrong_type(text: str, key: str, expected: str, file: Path) -> None:
    """A value of the wrong kind is named by its key, with what belongs there."""
    error = refused(file, text)
    assert repr(key) in error.where
    assert expected in error.expected


def test_one_text_or_several(file: Path) -> None:
    """A label is one text or a list of texts."""
    file.write_text(PRACTICE + '[labels.billing]\ntab = "Money"\nrate = ["Fee", "Price"]\n')
    billing = load(str(file)).labels.billing
    assert (billing.tab, billing.rate) == (("Money",), ("Fee", "Price"))
    assert billing.all_items == ("All Items",)


def test_file_of_ones_own(tmp_path: Path) -> None:
    """A file named and saved as Windows does gives a profile, named after the file."""
    path = tmp_path / "Our QA Site.toml"
    path.write_bytes(b"\xef\xbb\xbf" + PRACTICE.encode())
    assert (load(str(path)).name, load(str(path)).sandbox) == ("our-qa-site", False)


def test_titles_are_made_of_the_profiles_own_words() -> None:
    """The article's words give way to those of the screen, each as a whole; others stay."""
    labels = load("therapynotes").labels
    text = "Patient Billing tab > 0 into Pt Amt > Save Changes; Billing Settings > Copay"
    wanted = "Billing tab > 0 into Patient Responsibility > Save Changes; Billing Settings > Copay"
    assert labels.in_own_words(text) == wanted
    assert load("sandbox").labels.in_own_words(text) == text
