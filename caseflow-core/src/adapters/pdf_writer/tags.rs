//! The structure of a document (ISO 32000-1, 14.7 and 14.8): what a screen reader reads out.

use ::pdf_writer::types::{ListNumbering, StructRole, TableHeaderScope};
use ::pdf_writer::writers::StructElement;
use ::pdf_writer::{Chunk, Rect, Ref, TextStr};

use crate::domain::rich_text::Level;

/// The number of a structure element, in the order in which they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(usize);

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Document,
    Title,
    Heading,
    /// A heading of rich text.
    Below(Level),
    Paragraph,
    Bullets,
    Numbers,
    Item,
    Label,
    ItemBody,
    Quote,
    Code,
    Link,
    /// A part of a paragraph.
    Span,
    Table,
    TableHead,
    TableBody,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Figure,
}

impl Role {
    /// The name of its content on the page.
    pub(super) fn tag(self) -> &'static [u8] {
        match self {
            Self::Document => b"Document",
            Self::Title => b"H1",
            Self::Heading | Self::Below(Level::First) => b"H2",
            Self::Below(Level::Second) => b"H3",
            Self::Below(Level::Third) => b"H4",
            Self::Below(Level::Fourth) => b"H5",
            Self::Paragraph => b"P",
            Self::Bullets | Self::Numbers => b"L",
            Self::Item => b"LI",
            Self::Label => b"Lbl",
            Self::ItemBody => b"LBody",
            Self::Quote => b"BlockQuote",
            Self::Code => b"Code",
            Self::Link => b"Link",
            Self::Span => b"Span",
            Self::Table => b"Table",
            Self::TableHead => b"THead",
            Self::TableBody => b"TBody",
            Self::Row => b"TR",
            Self::ColumnHead | Self::RowHead => b"TH",
            Self::Cell => b"TD",
            Self::Figure => b"Figure",
        }
    }

    fn kind(self) -> StructRole {
        match self {
            Self::Document => StructRole::Document,
            Self::Title => StructRole::H1,
            Self::Heading | Self::Below(Level::First) => StructRole::H2,
            Self::Below(Level::Second) => StructRole::H3,
            Self::Below(Level::Third) => StructRole::H4,
            Self::Below(Level::Fourth) => StructRole::H5,
            Self::Paragraph => StructRole::P,
            Self::Bullets | Self::Numbers => StructRole::L,
            Self::Item => StructRole::LI,
            Self::Label => StructRole::Lbl,
            Self::ItemBody => StructRole::LBody,
            Self::Quote => StructRole::BlockQuote,
            Self::Code => StructRole::Code,
            Self::Link => StructRole::Link,
            Self::Span => StructRole::Span,
            Self::Table => StructRole::Table,
            Self::TableHead => StructRole::THead,
            Self::TableBody => StructRole::TBody,
            Self::Row => StructRole::TR,
            Self::ColumnHead | Self::RowHead => StructRole::TH,
            Self::Cell => StructRole::TD,
            Self::Figure => StructRole::Figure,
        }
    }

    fn scope(self) -> Option<TableHeaderScope> {
        match self {
            Self::ColumnHead => Some(TableHeaderScope::Column),
            Self::RowHead => Some(TableHeaderScope::Row),
            _ => None,
        }
    }

    fn numbering(self) -> Option<ListNumbering> {
        match self {
            Self::Bullets => Some(ListNumbering::Disc),
            Self::Numbers => Some(ListNumbering::Decimal),
            _ => None,
        }
    }
}

/// A picture's description and the box it stands in.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) alt: String,
    pub(super) bounds: Rect,
}

struct Node {
    role: Role,
    parent: Option<NodeId>,
    kids: Vec<Kid>,
    picture: Option<Picture>,
    spoken: Option<Box<str>>,
}

#[derive(Clone, Copy)]
enum Kid {
    Node(NodeId),
    Content { page: usize, mark: i32 },
    Object { page: usize, object: Ref },
}

/// All elements of a document and the content they hold.
pub(super) struct Tags {
    nodes: Vec<Node>,
    /// For each page the elements that hold its marks, by mark.
    marks: Vec<Vec<NodeId>>,
    /// The elements that hold objects, in the order of the objects.
    holders: Vec<NodeId>,
}

impl Tags {
    /// The element that holds all others.
    pub(super) const ROOT: NodeId = NodeId(0);

    pub(super) fn new() -> Self {
        let document = Node {
            role: Role::Document,
            parent: None,
            kids: vec![],
            picture: None,
            spoken: None,
        };
        Self {
            nodes: vec![document],
            marks: vec![],
            holders: vec![],
        }
    }

    /// A new element at the end of `parent`.
    pub(super) fn add(&mut self, parent: NodeId, role: Role) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node {
            role,
            parent: Some(parent),
            kids: vec![],
            picture: None,
            spoken: None,
        });
        if let Some(node) = self.nodes.get_mut(parent.0) {
            node.kids.push(Kid::Node(id));
        }
        id
    }

    /// Says what a figure shows.
    pub(super) fn describe(&mut self, id: NodeId, picture: Picture) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.picture = Some(picture);
        }
    }

    /// Says what is read out. For text from the right, whose glyphs stand in the order of the eye,
    /// as every program that reads text out of pages expects.
    pub(super) fn speak(&mut self, id: NodeId, text: &str) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.spoken = Some(text.into());
        }
    }

    pub(super) fn role(&self, id: NodeId) -> Role {
        self.nodes
            .get(id.0)
            .map_or(Role::Paragraph, |node| node.role)
    }

    /// The mark under which the element holds content of a page.
    pub(super) fn mark(&mut self, id: NodeId, page: usize) -> i32 {
        while self.marks.len() <= page {
            self.marks.push(vec![]);
        }
        let Some(marks) = self.marks.get_mut(page) else {
            return 0;
        };
        let mark = i32::try_from(marks.len()).unwrap_or(i32::MAX);
        marks.push(id);
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.kids.push(Kid::Content { page, mark });
        }
        mark
    }

    /// Lets an element hold an object of a page, such as the place that follows a link. The objects'
    /// keys follow those of the pages, in the order of these calls.
    pub(super) fn hold(&mut self, id: NodeId, page: usize, object: Ref) {
        self.holders.push(id);
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.kids.push(Kid::Object { page, object });
        }
    }

    /// Writes all elements, the tree's root under `root`, and the way back from marks to elements.
    pub(super) fn write(&self, chunk: &mut Chunk, root: Ref, next: &mut Ref, pages: &[Ref]) {
        let first = *next;
        let count = i32::try_from(self.nodes.len()).unwrap_or(i32::MAX);
        *next = Ref::new(first.get() + count);
        let refs = Refs { root, first, pages };
        for (node, index) in self.nodes.iter().zip(0..) {
            self.write_node(chunk, node, NodeId(index), &refs);
        }
        let lists: Vec<Ref> = self.marks.iter().map(|_| next.bump()).collect();
        for (list, marks) in lists.iter().zip(&self.marks) {
            let owners = marks.iter().map(|id| refs.node(*id));
            chunk.indirect(*list).array().items(owners);
        }
        // Indirect, not within the catalog: the first element's parent has to be a reference.
        let mut tree = chunk
            .indirect(root)
            .start::<::pdf_writer::writers::StructTreeRoot<'_>>();
        tree.child(refs.node(Self::ROOT));
        let keys = pages.len() + self.holders.len();
        tree.parent_tree_next_key(i32::try_from(keys).unwrap_or(i32::MAX));
        let mut parents = tree.parent_tree();
        let mut numbers = parents.nums();
        for (list, key) in lists.iter().zip(0..) {
            numbers.insert(key, *list);
        }
        for (holder, key) in self.holders.iter().zip(pages.len()..) {
            numbers.insert(i32::try_from(key).unwrap_or(i32::MAX), refs.node(*holder));
        }
    }

    fn write_node(&self, chunk: &mut Chunk, node: &Node, id: NodeId, refs: &Refs<'_>) {
        let mut element = chunk.struct_element(refs.node(id));
        element.kind(node.role.kind());
        element.parent(node.parent.map_or(refs.root, |parent| refs.node(parent)));
        if let Some(picture) = &node.picture {
            element.alt(TextStr(&picture.alt));
            let mut attributes = element.attributes();
            let mut layout = attributes.push().layout();
            layout.bbox(picture.bounds);
            layout.placement(::pdf_writer::types::Placement::Block);
        }
        if let Some(spoken) = &node.spoken {
            element.actual_text(TextStr(spoken));
        }
        if let Some(scope) = node.role.scope() {
            element.attributes().push().table().scope(scope);
        }
        if let Some(numbering) = node.role.numbering() {
            element.attributes().push().list().list_numbering(numbering);
        }
        write_kids(&mut element, &node.kids, refs);
    }
}

struct Refs<'a> {
    root: Ref,
    first: Ref,
    pages: &'a [Ref],
}

impl Refs<'_> {
    fn node(&self, id: NodeId) -> Ref {
        Ref::new(self.first.get() + i32::try_from(id.0).unwrap_or(0))
    }
}

fn write_kids(element: &mut StructElement<'_>, kids: &[Kid], refs: &Refs<'_>) {
    let page_of = |kid: &Kid| match kid {
        Kid::Content { page, .. } => Some(*page),
        Kid::Node(_) | Kid::Object { .. } => None,
    };
    let home = kids.iter().find_map(page_of);
    if let Some(page) = home.and_then(|page| refs.pages.get(page)) {
        element.page(*page);
    }
    let mut children = element.children();
    for kid in kids {
        match kid {
            Kid::Node(id) => {
                children.struct_element(refs.node(*id));
            }
            Kid::Object { page, object } => {
                let mut reference = children.object_ref();
                if let Some(page) = refs.pages.get(*page) {
                    reference.page(*page);
                }
                reference.object(*object);
            }
            Kid::Content { page, mark } if Some(*page) == home => {
                children.marked_content_id(*mark);
            }
            Kid::Content { page, mark } => {
                let mut content = children.marked_content_ref();
                if let Some(page) = refs.pages.get(*page) {
                    content.page(*page);
                }
                content.marked_content_id(*mark);
            }
        }
    }
}
