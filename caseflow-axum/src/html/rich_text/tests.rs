//! What an author writes, and what a browser gets.

use super::*;

fn html(source: &str) -> String {
    let text = RichText::parse(source).unwrap();
    RichHtml::new(&text, Under::H1).to_string()
}

#[test]
fn each_block_has_its_element() {
    let source = "# A\n\nb\\\nc\n\n2. d\n   - e\n\n> f\n\n---\n\n    g\n\n- h\n\n  i";
    assert_eq!(
        html(source),
        "<h2 dir=\"auto\">A</h2>\n\
         <p dir=\"auto\">b<br>c</p>\n\
         <ol dir=\"auto\" start=\"2\"><li>d<ul><li>e</li></ul>\n</li></ol>\n\
         <blockquote dir=\"auto\"><p>f</p>\n</blockquote>\n\
         <hr>\n\
         <pre dir=\"auto\"><code>g</code></pre>\n\
         <ul dir=\"auto\"><li><p>h</p>\n<p>i</p>\n</li></ul>\n"
    );
}

#[test]
fn headings_begin_below_the_one_they_stand_under() {
    let text = RichText::parse("# a\n## b\n### c\n#### d").unwrap();
    let ranks = |under| {
        let html = RichHtml::new(&text, under).to_string();
        let ranks = html
            .lines()
            .map(|line| line.get(1..3).unwrap_or_default().to_owned());
        ranks.collect::<Vec<_>>()
    };
    assert_eq!(ranks(Under::H1), ["h2", "h3", "h4", "h5"]);
    assert_eq!(ranks(Under::H2), ["h3", "h4", "h5", "h6"]);
}

#[test]
fn styles_nest_and_close() {
    assert_eq!(
        html("a **b *c* `d`** *e* [f **g**](https://h.example/?i=1&j='2)"),
        "<p dir=\"auto\">a <strong>b <em>c</em> <code>d</code></strong> <em>e</em> f <strong>g</strong></p>\n",
        "no link leads to an address with a quotation mark"
    );
    assert_eq!(
        html("[f **g**](https://h.example/?i=1&j=2)"),
        "<p dir=\"auto\"><a href=\"https://h.example/?i=1&amp;j=2\" rel=\"noopener noreferrer nofollow\">f \
         <strong>g</strong></a></p>\n"
    );
}

#[test]
fn tables_have_scopes_and_a_box_that_the_keyboard_reaches() {
    assert_eq!(
        html("|a||c|\n|--|:-:|-:|\n|1|2|**3**|"),
        "<div dir=\"auto\" class=\"wide\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>\
         <thead><tr><th scope=\"col\">a</th><td class=\"centre\"></td><th scope=\"col\" class=\"right\">c</th></tr></thead>\
         <tbody><tr><td>1</td><td class=\"centre\">2</td><td class=\"right\"><strong>3</strong></td></tr></tbody>\
         </table></div>\n"
    );
    assert!(!html("|a|\n|-|").contains("tbody"));
}

#[test]
fn a_template_shows_it_as_it_is() {
    #[derive(askama::Template)]
    #[template(source = "<main>{{ body }}</main>", ext = "html")]
    struct Page {
        body: RichHtml,
    }
    let body = RichHtml::new(&RichText::parse("a & b").unwrap(), Under::H2);
    let page = askama::Template::render(&Page { body }).unwrap();
    assert_eq!(page, "<main><p dir=\"auto\">a &amp; b</p>\n</main>");
}

/// What has got past other sanitisers, and what cannot be told from text here.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"x\" onerror=\"alert(1)\"",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<style>@import 'https://evil.example'</style>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<form action=https://evil.example><button>x",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<<script>alert(1);//<</script>",
    "</p><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](//evil.example)",
    "[x](https://good.example@evil.example)",
    "[x](https://a.example/\"onmouseover=\"alert(1))",
    "[x](https://a.example/&quot;onmouseover=&quot;alert(1))",
    "[x](https://a.example 'title\" onclick=\"alert(1)')",
    "[x](https://a.example/'onclick='alert(1))",
    "[x](https://a.example/<script>)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x][r]\n\n[r]: https://a.example/ \"\\\" onclick=alert(1) \"",
    "<javascript:alert(1)>",
    "<https://a.example/\"onclick=alert(1)>",
    "![x](javascript:alert(1))",
    "![x\" onerror=\"alert(1)](https://a.example)",
    "![<script>alert(1)</script>](x)",
    "[![x](y)](javascript:alert(1))",
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```\"><script>\nx\n```",
    "    </code></pre><script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "|<script>|</td><script>|\n|-|-|\n|\"onclick=|'><b>|",
    "> </blockquote><script>alert(1)</script>",
    "- </li></ul><script>alert(1)</script>",
    "1. <b\n   onclick=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "**<b>** *[x](javascript:*alert(1)*)*",
    "*a **b `c [d](https://e.example/f) ![g](h",
];

#[test]
fn nothing_that_an_author_writes_is_markup() {
    for source in HOSTILE {
        sound(source);
        sound(&format!("> - {source}\n\n**{source}** x"));
        sound(&format!("[{source}](https://a.example)\n\n|{source}|\n|-|"));
    }
}

/// Pieces of the corpus in an order that no one thought of.
#[test]
fn nothing_that_chance_writes_is_markup() {
    let pieces: Vec<&str> = HOSTILE
        .iter()
        .flat_map(|source| source.split_inclusive([' ', '(', '>', ':']))
        .chain([
            "\n",
            "\n\n",
            "*",
            "**",
            "`",
            "> ",
            "- ",
            "1. ",
            "|",
            "\n|-|-|\n",
            "\t",
        ])
        .collect();
    let mut seed = 7_u64;
    for _ in 0..2_000 {
        let mut source = String::from("x");
        for _ in 0..25 {
            // Knuth's MMIX generator: the same texts in every run.
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 33).unwrap() % pieces.len();
            source.push_str(pieces[at]);
        }
        sound(&source);
    }
}

/// Whether the markup is ours alone, closed in its order, and the text all there.
fn sound(source: &str) {
    let Ok(text) = RichText::parse(source) else {
        return;
    };
    let html = RichHtml::new(&text, Under::H1).to_string();
    let (mut open, mut told, mut rest) = (Vec::new(), String::new(), html.as_str());
    while let Some((before, after)) = rest.split_once('<') {
        told.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or_else(|| panic!("{html}"));
        rest = after;
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{source:?}: {html}"),
            None => open.extend(opened(tag, source)),
        }
        let inside = |name| open.iter().filter(|it| **it == name).count();
        assert!(inside("a") <= 1 && inside("p") <= 1, "{source:?}: {html}");
    }
    told.push_str(rest);
    assert_eq!(open, Vec::<&str>::new(), "{source:?}: {html}");
    assert!(!told.contains(['>', '"', '\'']), "{source:?}: {html}");
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(letters(&unescaped(&told)), letters(&text.plain()));
}

/// The name of a tag that stays open; it and its attributes are known ones.
fn opened<'t>(tag: &'t str, source: &str) -> Option<&'t str> {
    let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    let names = "a blockquote br code div em h2 h3 h4 h5 hr li ol p pre strong table tbody td th thead tr ul";
    assert!(names.split(' ').any(|it| it == name), "{source:?}: {tag}");
    let mut rest = attributes;
    while !rest.is_empty() {
        let (key, value) = rest.split_once("=\"").unwrap();
        let (value, later) = value.split_once('"').unwrap();
        let known = match (name, key) {
            ("a", "href") => ["http:", "https:", "mailto:"]
                .iter()
                .any(|it| value.to_ascii_lowercase().starts_with(it)),
            ("a", "rel") => value == "noopener noreferrer nofollow",
            ("ol", "start") => value.parse::<u32>().is_ok(),
            ("div", "role" | "aria-label" | "tabindex" | "class") => true,
            ("th" | "td", "class") => ["left", "centre", "right"].contains(&value),
            ("th", "scope") => value == "col",
            (_, "dir") => value == "auto",
            _ => false,
        };
        assert!(
            known && !value.contains(['<', '>', '\'']),
            "{source:?}: {tag}"
        );
        rest = later.trim_start();
    }
    (!["br", "hr"].contains(&name)).then_some(name)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
