//! Markdown: what it becomes, what it may not become, and how much of it there may be.

use std::time::{Duration, Instant};

use caseflow_core::domain::rich_text::{
    Alignment, Block, DEPTH, Inline, Level, LinkAddress, List, RichText, Run, Style, Table,
};
use caseflow_core::domain::text::TextError;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

fn read(source: &str) -> Vec<Block> {
    RichText::parse(source).unwrap().blocks().to_vec()
}

fn run(text: &str) -> Inline {
    styled(text, Style::default())
}

fn styled(text: &str, style: Style) -> Inline {
    Inline::Run(Run {
        text: text.to_owned(),
        style,
        link: None,
    })
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![run(text)])
}

#[test]
fn a_contract_is_read_into_its_parts() {
    let source = "Scope\n=====\n\nWe *advise* you,\n**every month**.\\\nCall `ext 5`.\n\n3. One\n   - inner\n4. Two\n\n> Said\n\n---\n\n    kept  as\n     typed\n";
    let strong = Style {
        strong: true,
        ..Style::default()
    };
    let emphasis = Style {
        emphasis: true,
        ..Style::default()
    };
    let code = Style {
        code: true,
        ..Style::default()
    };
    let inner = Block::List(List {
        start: None,
        items: vec![vec![paragraph("inner")]],
    });
    let wanted = vec![
        Block::Heading(Level::First, vec![run("Scope")]),
        Block::Paragraph(vec![
            run("We "),
            styled("advise", emphasis),
            run(" you, "),
            styled("every month", strong),
            run("."),
            Inline::Break,
            run("Call "),
            styled("ext 5", code),
            run("."),
        ]),
        Block::List(List {
            start: Some(3),
            items: vec![vec![paragraph("One"), inner], vec![paragraph("Two")]],
        }),
        Block::Quote(vec![paragraph("Said")]),
        Block::Rule,
        Block::Code("kept  as\n typed".to_owned()),
    ];
    assert_eq!(read(source), wanted);
}

#[test]
fn a_table_has_a_head_rows_and_sides() {
    let source = "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | **2** | 3 |\n| x\\|y | | | 4 | 5 |";
    let [Block::Table(table)] = &read(source)[..] else {
        panic!("one table");
    };
    assert_eq!(
        table.alignments,
        [
            Alignment::Start,
            Alignment::Left,
            Alignment::Centre,
            Alignment::Right
        ]
    );
    assert_eq!(table.head[0], [run("a")]);
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.rows[0][3], []);
    assert_eq!(table.rows[1][0], [run("x|y")]);
    assert_eq!(table.rows[1].len(), 4, "as long as the head");
}

#[test]
fn a_table_too_wide_for_a_page_is_a_paragraph_for_each_row() {
    let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(11));
    let source = row("h") + &row("-") + &row("x") + &row("*y*");
    let lines = RichText::parse(&source).unwrap().plain();
    let wanted = ["h", "x", "y"].map(|cell| [cell; 11].join(" "));
    assert_eq!(lines, wanted.join("\n"));
}

#[test]
fn headings_stand_below_the_title_without_a_gap() {
    let levels = |source: &str| -> Vec<Level> {
        let headings = read(source).into_iter().filter_map(|block| match block {
            Block::Heading(level, _) => Some(level),
            _ => None,
        });
        headings.collect()
    };
    use Level::{First, Fourth, Second, Third};
    assert_eq!(
        levels("# a\n## b\n### c\n#### d\n##### e\n###### f\n# g"),
        [First, Second, Third, Fourth, Fourth, Fourth, First]
    );
    assert_eq!(
        levels("### a\n### b\n# c\n#### d\n## e"),
        [First, First, First, Second, Second]
    );
    assert_eq!(levels("## \n# a"), [First], "an empty one is none");
    assert_eq!(Level::ALL.map(Level::rank), [2, 3, 4, 5]);
}

#[test]
fn html_is_text_as_typed() {
    let source = "<script>alert(1)</script>\n\nA <b onclick=\"x\">bold</b> word &lt;i&gt;\n\n<!-- note\nmore -->";
    let lines = RichText::parse(source).unwrap().plain();
    assert_eq!(
        lines,
        "<script>alert(1)</script>\nA <b onclick=\"x\">bold</b> word <i>\n<!-- note\nmore -->"
    );
}

#[test]
fn pictures_are_their_alternative_text() {
    let lines = |source: &str| RichText::parse(source).unwrap().plain();
    assert_eq!(
        lines("![the *firm's* [logo](https://a.example)](https://evil.example/x.png) here"),
        "the firm's logo here"
    );
    assert_eq!(lines("![](https://evil.example/x.png)"), "");
    assert_eq!(links(&read("![a [b](https://a.example)](x)")), []);
}

#[test]
fn links_lead_to_the_web_and_to_mail_or_are_plain_text() {
    let source = "[a](https://a.example) [b](javascript:alert(1)) <https://c.example> \
                  <ann@d.example> [e](mailto:bob@e.example) [f](/invoices) [g][r] \
                  [h](java&#115;cript&colon;alert(1)) [i](data:text/html;base64,xx)\n\n[r]: ftp://g.example";
    let text = RichText::parse(source).unwrap();
    let addresses: Vec<String> = links(text.blocks())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        addresses,
        [
            "https://a.example",
            "https://c.example",
            "mailto:ann@d.example",
            "mailto:bob@e.example"
        ]
    );
    assert_eq!(
        text.plain(),
        "a b https://c.example ann@d.example e f g h i"
    );
}

#[test]
fn entities_stand_for_what_shows_and_hide_nothing() {
    let lines = |source: &str| RichText::parse(source).unwrap().plain();
    assert_eq!(lines("&copy; A&amp;B &#8364;5 &nbsp;x"), "© A&B €5 \u{a0}x");
    for hidden in [
        "&#x202e;",
        "&shy;",
        "&ZeroWidthSpace;",
        "&zwj;",
        "&#8238;",
        "&#0;",
        "&#10;",
        "&Tab;",
        "&rlm;",
    ] {
        let source = format!("a{hidden}b");
        assert_eq!(lines(&source), source);
    }
    assert_eq!(lines("`&#x202e;`"), "&#x202e;");
    let aim = read("[a](https://a.example/&#x202e;x)");
    assert_eq!(links(&aim), []);
}

#[test]
fn hidden_characters_are_refused_with_their_place() {
    for hidden in [
        '\u{202e}', '\u{2066}', '\u{200b}', '\0', '\u{feff}', '\u{1b}',
    ] {
        let refused = RichText::parse(&format!("# a\r\nb{hidden}"));
        let wanted = TextError::Forbidden {
            character: hidden,
            position: 6,
        };
        assert_eq!(refused, Err(wanted));
    }
    assert_eq!(RichText::parse(" \r\n "), Err(TextError::Empty));
    let longest = "ä".repeat(RichText::MAX);
    assert!(RichText::parse(&longest).is_ok());
    assert_eq!(
        RichText::parse(&(longest + "b")),
        Err(TextError::TooLong { max: RichText::MAX })
    );
}

#[test]
fn the_digest_is_that_of_the_source() {
    let text = RichText::parse("abc").unwrap();
    assert_eq!(
        text.digest()[..4],
        [0xba, 0x78, 0x16, 0xbf],
        "FIPS 180-2, B.1"
    );
    let (dos, unix) = (RichText::parse("a\r\nb"), RichText::parse("a\nb"));
    assert_eq!(dos.as_ref().unwrap().digest(), unix.unwrap().digest());
    assert_ne!(text.digest(), RichText::parse("abc.").unwrap().digest());
    assert_eq!(dos.unwrap().as_str(), "a\nb");
}

#[test]
fn hostile_nesting_is_read_at_the_depth_there_is() {
    let most = RichText::MAX;
    let long = |unit: &str| unit.repeat(most / unit.len());
    let sources = [
        long(">") + "a",
        long("> ") + "a",
        long("- ") + "a",
        long("1. ") + "a",
        long("*"),
        long("**a *b "),
        long("[") + "a",
        long("[a]("),
        long("![a") + "b",
        long("`") + "a",
        long("`a``b"),
        long("<a "),
        long("<!--"),
        long("&#") + "a",
        long("\\"),
        long("|a"),
        format!("|{}\n|{}\n", "a|".repeat(40_000), "-|".repeat(40_000)) + &"|\n".repeat(10_000),
        "x\n".to_owned() + &long("- a\n  "),
        format!("[a]: https://a.example/{}\n\n", "b".repeat(1_900)) + &"[a]".repeat(60_000),
        long("a\n=\n"),
        long("_a__"),
        long("> - "),
        (0..600).fold(String::new(), |text, depth| {
            text + &" ".repeat(depth) + "- a\n"
        }),
        (0..600).fold(String::new(), |text, depth| {
            text + &">".repeat(depth % 300) + "a\n\n"
        }),
    ];
    for source in sources {
        let source: String = source.chars().take(most).collect();
        let start = Instant::now();
        let text = RichText::parse(&source).unwrap();
        assert!(depth(text.blocks()) <= DEPTH);
        assert!(text.plain().len() <= 2 * source.len());
        let (taken, source) = (start.elapsed(), source.get(..20));
        if std::env::var_os("SHOW").is_some() {
            println!("{source:?} {taken:?} {}", text.blocks().len());
        }
        assert!(taken < Duration::from_secs(10), "{source:?}: {taken:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_written_is_read_whole_and_bounded(source in markdown()) {
        let Ok(text) = RichText::parse(&source) else {
            return Ok(());
        };
        prop_assert_eq!(RichText::parse(text.as_str()), Ok(text.clone()));
        prop_assert!(depth(text.blocks()) <= DEPTH);
        prop_assert_eq!(letters(&text.plain()), letters(&told(text.as_str())));
        check(text.blocks(), &mut Vec::new())?;
        for address in links(text.blocks()) {
            let scheme = address.as_str().split(':').next().unwrap().to_lowercase();
            prop_assert!(["http", "https", "mailto"].contains(&&*scheme));
        }
    }

    #[test]
    fn any_text_at_all_is_read(source in "\\PC{0,300}") {
        if let Ok(text) = RichText::parse(&source) {
            prop_assert!(depth(text.blocks()) <= DEPTH);
            check(text.blocks(), &mut Vec::new())?;
        }
    }
}

/// Pieces that mean something to Markdown, without entities that hide something.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zA-Zäß0-9 ]{1,6}",
        1 => "[\u{590}-\u{5c7}\u{5d0}-\u{5ea}中文]{1,4}",
        6 => prop::sample::select(vec![
            "\n", "\n\n", "# ", "## ", "### ", "> ", "- ", "* ", "1. ", "7) ", "    ", "  \n", "*", "**", "_", "`",
            "```\n", "[", "](", ")", "](https://a.example)", "](javascript:x)", "![", "<", ">", "<b>", "</b>",
            "<script>", "<!--", "-->", "|", "|-|-|\n", "\n|a|b|\n|-|:-:|\n", "&amp;", "&lt;", "\\", "---\n", "===\n",
            "<https://b.example>", "[r]", "\n\n[r]: http://r.example\n\n", "\t", "'", "\"", "~~", "[^1]", "- [ ] ",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// All text that the parser tells of.
fn told(source: &str) -> String {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES);
    let text = events.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
            Some(text.into_string())
        }
        _ => None,
    });
    text.collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn depth(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Quote(inner) => 1 + depth(inner),
        Block::List(list) => 1 + list.items.iter().map(|it| depth(it)).max().unwrap_or(0),
        _ => 0,
    };
    blocks.iter().map(of).max().unwrap_or(0)
}

/// Headings leave no gap, tables are rectangles, and nothing that says it is never empty is.
fn check(blocks: &[Block], headings: &mut Vec<Level>) -> Result<(), TestCaseError> {
    for block in blocks {
        match block {
            Block::Heading(level, content) => {
                let above = headings.last().map_or(1, |level| level.rank());
                prop_assert!(level.rank() <= above + 1);
                headings.push(*level);
                prop_assert!(!content.is_empty());
            }
            Block::Paragraph(content) => prop_assert!(!content.is_empty()),
            Block::List(list) => list.items.iter().try_for_each(|it| check(it, headings))?,
            Block::Quote(inner) => {
                prop_assert!(!inner.is_empty());
                check(inner, headings)?;
            }
            Block::Code(text) => prop_assert!(!text.is_empty()),
            Block::Table(table) => {
                prop_assert!(table.alignments.len() <= Table::MOST_COLUMNS);
                for row in table.rows.iter().chain([&table.head]) {
                    prop_assert_eq!(row.len(), table.alignments.len());
                }
            }
            Block::Rule => {}
        }
    }
    for run in runs(blocks) {
        prop_assert!(!run.text.is_empty() && !run.text.contains('\n'));
    }
    Ok(())
}

fn runs(blocks: &[Block]) -> Vec<Run> {
    fn of(content: &[Inline]) -> Vec<Run> {
        let runs = content.iter().filter_map(|inline| match inline {
            Inline::Run(run) => Some(run.clone()),
            Inline::Break => None,
        });
        runs.collect()
    }
    let each = blocks.iter().flat_map(|block| match block {
        Block::Heading(_, content) | Block::Paragraph(content) => of(content),
        Block::List(list) => list.items.iter().flat_map(|it| runs(it)).collect(),
        Block::Quote(inner) => runs(inner),
        Block::Table(Table { head, rows, .. }) => {
            let rows = std::iter::once(head).chain(rows);
            rows.flatten().flat_map(|cell| of(cell)).collect()
        }
        Block::Code(_) | Block::Rule => Vec::new(),
    });
    each.collect()
}

fn links(blocks: &[Block]) -> Vec<LinkAddress> {
    runs(blocks).into_iter().filter_map(|it| it.link).collect()
}
