//! What a letter is made of, once for both of its faces.

/// A mail's subject, and what it says between greeting and signature.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) blocks: Vec<Block>,
}

/// A piece of a letter. What is `&'static str` is ours; what is a `String` may hold a record's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph.
    Say(String),
    /// What the letter asks for, and the address at which it is done: a button, where there are some.
    Act(&'static str, String),
    /// What is at another address.
    See(&'static str, String),
    /// Names and values, a row each.
    Facts(Vec<(&'static str, String)>),
    /// What somebody wrote, under what it is.
    Quote(&'static str, String),
    /// Small print.
    Small(String),
}

impl Words {
    pub(super) fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            blocks: vec![],
        }
    }

    pub(super) fn say(self, text: impl Into<String>) -> Self {
        self.with(Block::Say(text.into()))
    }

    pub(super) fn act(self, label: &'static str, address: impl Into<String>) -> Self {
        self.with(Block::Act(label, address.into()))
    }

    pub(super) fn see(self, label: &'static str, address: impl Into<String>) -> Self {
        self.with(Block::See(label, address.into()))
    }

    pub(super) fn facts<const N: usize>(self, rows: [(&'static str, String); N]) -> Self {
        self.with(Block::Facts(rows.into()))
    }

    /// Nothing, when nothing was written.
    pub(super) fn quote(self, label: &'static str, text: Option<impl ToString>) -> Self {
        match text {
            Some(text) => self.with(Block::Quote(label, text.to_string())),
            None => self,
        }
    }

    pub(super) fn small(self, text: impl Into<String>) -> Self {
        self.with(Block::Small(text.into()))
    }

    fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
}

/// A letter as its reader gets it, whichever face is shown.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) firm: &'a str,
    /// The firm's colour.
    pub(super) accent: (u8, u8, u8),
    pub(super) language: &'a str,
    pub(super) side: Side,
    pub(super) reader: &'a str,
    pub(super) words: &'a Words,
    pub(super) disclaimer: Option<&'a str>,
}

/// The side from which a letter is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}
