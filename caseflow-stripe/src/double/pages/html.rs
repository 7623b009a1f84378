//! What all pages have in common.

use super::super::reply::Reply;

/// Text that cannot be taken for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// A page. The title is escaped here, the body is markup.
pub(super) fn document(base: &str, title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} – demonstration</title>
<link rel="stylesheet" href="{base}/c/demo.css">
</head>
<body>
<main>
<p class="note"><strong>Demonstration.</strong> This page stands in for Stripe. It takes no money:
never enter a real card.</p>
{body}
</main>
</body>
</html>
"#,
        title = escaped(title),
        base = escaped(base),
    )
}

/// The page with its policy: nothing but its own style, its own forms and what they lead to.
pub(super) fn secured(reply: Reply, form: &str, ancestors: &str) -> Reply {
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action {form}; \
         frame-ancestors {ancestors}; base-uri 'none'"
    );
    reply
        .with("content-security-policy", policy)
        .with("referrer-policy", "no-referrer".to_owned())
        .with("x-content-type-options", "nosniff".to_owned())
}

/// Scheme, host and port of an address, as a policy may name them.
pub(super) fn origin(url: &str) -> Option<&str> {
    let start = url.find("://")? + 3;
    let rest = url.get(start..)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let fits = !host.is_empty() && host.chars().all(plain);
    fits.then(|| url.get(..start + end)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_policy_may_name() {
        assert_eq!(
            origin("https://firm.example:8443/a?b"),
            Some("https://firm.example:8443")
        );
        assert_eq!(origin("http://[::1]:80?x"), Some("http://[::1]:80"));
        assert_eq!(origin("https://a;b/"), None);
        assert_eq!(origin("https://a b/"), None);
        assert_eq!(origin("nowhere"), None);
    }

    #[test]
    fn text_is_never_markup() {
        assert_eq!(
            escaped(r#"<a b="c">'&"#),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp;"
        );
    }
}
