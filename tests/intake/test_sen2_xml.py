"""XML from everywhere: read where it is a SEN2 return, refused in plain words where not."""

from __future__ import annotations

import pytest
from sen2_samples import HEADER, LA, PSEUDONYMS, establishments, load_folder, lookup, rows, sample

from toolkit.errors import InputError
from toolkit.intake import sen2, sen2_xml
from toolkit.intake.sen2_fields import Modules
from toolkit.intake.sen2_modules import read_modules, write_modules


def written(folder, edit=lambda text: text, encoding="utf-8"):
    """Write the sample as XML, with its text edited, and return the path."""
    (path,) = write_modules(sample(), folder, "xml", "1.3")
    path.write_bytes(edit(path.read_text(encoding="utf-8")).encode(encoding))
    return path


@pytest.mark.parametrize(
    "edit",
    [
        lambda t: t.replace("<Message>", "<Anything>").replace("</Message>", "</Anything>"),
        lambda t: t.replace("<Message>", '<Message xmlns="http://example.org/sen2">'),
        lambda t: t.replace("Requests>", "REQUESTS>").replace("SENneed>", "senneed>"),
        lambda t: t.replace("<Persons>", "<Payload><Persons>").replace(
            "</Persons>", "</Persons></Payload>"
        ),
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace("\n", " "),
        lambda t: t.replace("<Surname>", "<!-- a comment --><Surname>"),
        lambda t: t.replace("<Sex>F</Sex>", "<Sex><![CDATA[F]]></Sex>"),
        lambda t: t.replace("<Sex>F</Sex>", '<Sex xsi:nil="false" xmlns:xsi="x">F</Sex>'),
    ],
)
def test_what_does_not_matter_changes_nothing(tmp_path, edit):
    plain = read_modules([written(tmp_path / "a")]).frames
    edited = read_modules([written(tmp_path / "b", edit)]).frames
    for table, frame in plain.items():
        assert edited[table].drop(columns="row").equals(frame.drop(columns="row"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_mark_themselves_are_read(tmp_path, encoding):
    path = written(tmp_path, lambda t: t.replace(' encoding="UTF-8"', ""), encoding)
    assert read_modules([path]).frames["person"]["forename"][0] == "Zoë"


def test_windows_1252_is_read_where_the_file_says_so(tmp_path):
    path = written(tmp_path, lambda t: t.replace("UTF-8", "windows-1252"), "cp1252")
    assert read_modules([path]).frames["person"]["forename"][0] == "Zoë"


@pytest.mark.parametrize(
    ("edit", "encoding", "said"),
    [
        (lambda t: "", "utf-8", "it is empty"),
        (lambda t: "   \n", "utf-8", "it ends in the middle"),
        (lambda t: t[: len(t) // 2], "utf-8", "ends in the middle|closed|not well-formed"),
        (lambda t: t[:-12], "utf-8", "ends in the middle"),
        (lambda t: t.replace("Ng", "N\0g"), "utf-8", "character that does not belong"),
        (lambda t: t, "cp1252", "character that does not belong"),
        (lambda t: t.replace("UTF-8", "klingon"), "utf-8", "encoding"),
        (lambda t: t.replace("</Surname>", "</Forename>", 1), "utf-8", "closed at line"),
        (lambda t: t.replace("Ng", "&unknown;"), "utf-8", "not well-formed"),
        (lambda t: "<Message><Pupils><Pupil/></Pupils></Message>", "utf-8", "no SEN2 return"),
        (lambda t: "surname,forename\r\nNg,Li", "utf-8", "not well-formed|does not belong"),
        (lambda t: t[: t.index("<Persons>")] + "</Message>", "utf-8", "without a person"),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(tmp_path, edit, encoding, said):
    path = written(tmp_path, edit, encoding)
    with pytest.raises(InputError, match=said) as caught:
        read_modules([path])
    assert caught.value.where == path.name
    assert caught.value.remedy


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "dtd",
    [
        f'<!DOCTYPE m [<!ENTITY a0 "lol">{BOMB}]>',
        '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE m SYSTEM "http://example.org/m.dtd">',
        "<!DOCTYPE m>",
    ],
)
def test_entities_and_document_types_are_refused(tmp_path, dtd):
    path = written(tmp_path, lambda t: t.replace("<Message>", dtd + "<Message>"))
    with pytest.raises(InputError, match="entities or a document type"):
        read_modules([path])


@pytest.mark.parametrize(
    "payload",
    [
        "</script><script>window.__pwn=1</script>",
        "<img src=x onerror=alert(1)>",
        "]]>",
        "<!--",
        "{{7*7}}",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "../../etc/passwd",
        "x" * 300,
        "＝1+1",
    ],
)
@pytest.mark.parametrize("form", ["xml", "csv", "workbook"])
def test_a_payload_in_a_text_is_a_text(tmp_path, form, payload):
    frames = {"person": rows("person", "id=1; of=1; forename=A")}
    frames["person"]["surname"] = payload
    got = read_modules(write_modules(Modules(dict(HEADER), frames), tmp_path, form, "1.3"))
    assert got.frames["person"]["surname"].tolist() == [payload]


def test_an_unknown_element_is_reported_once_with_its_count_and_first_line(tmp_path):
    path = written(tmp_path, lambda t: t.replace("<Sex>", "<Pronouns>x<Of>y</Of></Pronouns><Sex>"))
    found = [p for p in read_modules([path]).problems if p.code == "sen2.unknown_field"]
    assert [(p.column, p.sheet, p.severity) for p in found] == [("Pronouns", "Person", "note")]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert found[0].row == next(i for i, line in enumerate(lines, 1) if "<Pronouns>" in line)
    assert "7 times" in found[0].message


def test_a_field_that_stands_twice_is_reported_and_the_first_counts(tmp_path):
    path = written(tmp_path, lambda t: t.replace("<Sex>F</Sex>", "<Sex>F</Sex><Sex>M</Sex>", 1))
    modules = read_modules([path])
    assert modules.frames["person"]["sex"][0] == "F"
    assert [p.code for p in modules.problems] == ["sen2.doubled_field"]


def test_an_active_plan_within_an_assessment_belongs_to_its_request(tmp_path):
    def move(text):
        start, end = text.index("<ActivePlans>"), text.index("</ActivePlans>") + 14
        plan, rest = text[start:end], text[:start] + text[end:]
        return rest.replace("</Assessment>", plan + "</Assessment>", 1)

    plain = read_modules([written(tmp_path / "a")]).frames["activeplans"]
    moved = read_modules([written(tmp_path / "b", move)]).frames["activeplans"]
    assert moved.drop(columns="row").equals(plain.drop(columns="row"))


def test_an_active_plan_outside_any_request_is_set_aside_and_reported(tmp_path):
    stray = "<ActivePlans><ReviewOutcome>M</ReviewOutcome></ActivePlans>"
    path = written(tmp_path, lambda t: t.replace("</Person>", stray + "</Person>", 1))
    loaded = load_folder(tmp_path)
    assert [p.code for p in loaded.problems if p.severity == "error"] == ["sen2.orphan"]
    (account,) = [a for a in loaded.accounts if a.sheet == "Active Plan"]
    assert (account.rows_read, account.rows_set_aside) == (6, 1)
    assert path.exists()


def test_each_row_knows_its_line(tmp_path):
    path = written(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    for table, element in (("person", "<Person>"), ("senneed", "<SENneed>")):
        wanted = [i for i, line in enumerate(lines, 1) if line.strip() == element]
        assert sen2_xml.read(path).frames[table]["row"].tolist() == wanted


@pytest.mark.parametrize("share", [k / 20 for k in range(1, 20)])
def test_a_return_cut_anywhere_is_a_problem_and_never_half_a_return(tmp_path, share):
    path = written(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    given = sen2.Return("xml", (path,))
    loaded = sen2.read_return(given, PSEUDONYMS, LA, establishments(), lookup())
    assert [p.code for p in loaded.problems] == ["sen2.unusable"]
    assert all(table.empty for table in loaded.tables.values())
