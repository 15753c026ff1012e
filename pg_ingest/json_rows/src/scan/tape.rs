//! The tape: the nodes of one JSON value in the order in which they stand in the text.
//!
//! A node is twelve bytes and holds no copy of the text. An object's members are pairs of nodes, name then value.

/// What a node is, as JSON's grammar tells values apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string without any escape: its text stands in the body as it is.
    Text,
    /// A string with at least one escape.
    EscapedText,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    const ALL: [Kind; 8] = [
        Kind::Null,
        Kind::Boolean,
        Kind::Number,
        Kind::Text,
        Kind::EscapedText,
        Kind::Array,
        Kind::Object,
        Kind::Null,
    ];

    /// The JSON type's name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Number => "number",
            Kind::Text | Kind::EscapedText => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }
}

/// One value or member name: its raw bytes in the body, its kind and where the tape goes on after it.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    start: u32,
    end: u32,
    /// The kind in the lowest three bits, above them the index after the node and all that it holds.
    tail: u32,
}

impl Node {
    /// The node's kind.
    #[inline]
    pub fn kind(self) -> Kind {
        Kind::ALL[(self.tail & 7) as usize]
    }

    /// The raw bytes of the node as they stand in `body`, quotes and brackets included.
    #[inline]
    pub fn raw(self, body: &[u8]) -> &[u8] {
        body.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// The bytes between a string's quotes, still escaped.
    #[inline]
    pub fn content(self, body: &[u8]) -> &[u8] {
        body.get(self.start as usize + 1..(self.end as usize).saturating_sub(1)).unwrap_or_default()
    }

    /// Offset of the node's first byte in the body.
    #[inline]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// Offset after the node's last byte in the body.
    #[inline]
    pub fn end(self) -> usize {
        self.end as usize
    }
}

/// The nodes of one value. The value itself is node 0.
#[derive(Default, Debug)]
pub struct Tape {
    nodes: Vec<Node>,
}

/// Index of a node in its tape.
pub type Index = u32;

/// Narrows an offset or index. Bodies of more than [`super::MAX_BODY`] bytes are refused before anything is scanned,
/// and a node takes at least two bytes of text, so nothing is ever cut.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a body is at most 1 GiB long, which scan::documents checks"
)]
fn narrow(value: usize) -> u32 {
    value as u32
}

impl Tape {
    /// Forgets the nodes and keeps the memory.
    #[inline]
    pub fn clear(&mut self) {
        self.nodes.clear();
    }

    /// Gives back the memory that one huge value took.
    pub(crate) fn release(&mut self) {
        const KEPT: usize = 1 << 16;
        if self.nodes.capacity() > KEPT {
            self.clear();
            self.nodes.shrink_to(KEPT);
        }
    }

    /// All nodes, to be kept.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Becomes one with these nodes.
    pub(crate) fn copy(&mut self, nodes: &[Node]) {
        self.nodes.clear();
        self.nodes.extend_from_slice(nodes);
    }

    /// The node at `index`; an index that is not on the tape reads as an empty null.
    #[inline]
    pub fn node(&self, index: Index) -> Node {
        self.nodes.get(index as usize).copied().unwrap_or(Node { start: 0, end: 0, tail: 0 })
    }

    /// The index after the node and all that it holds.
    #[inline]
    pub fn after(&self, index: Index) -> Index {
        self.node(index).tail >> 3
    }

    /// Adds a scalar, or a member's name.
    #[inline]
    pub(crate) fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let tail = (narrow(self.nodes.len() + 1) << 3) | kind as u32;
        self.nodes.push(Node { start: narrow(start), end: narrow(end), tail });
    }

    /// Adds an array or object whose end is told later by [`Tape::close`].
    #[inline]
    pub(crate) fn open(&mut self, kind: Kind, start: usize) -> Index {
        let index = narrow(self.nodes.len());
        self.push(kind, start, start);
        index
    }

    /// Tells where the array or object at `index` ends in the body; what was added since lies inside it.
    #[inline]
    pub(crate) fn close(&mut self, index: Index, end: usize) {
        let after = narrow(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.end = narrow(end);
            node.tail = (after << 3) | (node.tail & 7);
        }
    }

    /// The elements of the array at `index`, in order.
    pub fn elements(&self, index: Index) -> impl Iterator<Item = Index> + '_ {
        let end = self.after(index);
        let first = Some(index + 1).filter(|at| *at < end);
        std::iter::successors(first, move |at| Some(self.after(*at)).filter(|next| *next < end))
    }

    /// The members of the object at `index`, in order: the node of the name, the node of the value.
    pub fn members(&self, index: Index) -> impl Iterator<Item = (Index, Index)> + '_ {
        let end = self.after(index);
        let first = Some(index + 1).filter(|at| *at < end);
        std::iter::successors(first, move |name| Some(self.after(name + 1)).filter(|next| *next < end))
            .map(|name| (name, name + 1))
    }
}
