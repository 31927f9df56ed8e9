//! The nesting of types: their depth, their cycles, and the size of their smallest values.

use std::collections::HashMap;

use crate::read::scope::{Written, index, written_type};
use crate::read::syntax::{Document, Field, FieldType, TypeShape};

/// The graph of the object types of a document: types by index, and fields as edges.
pub(crate) struct Nesting<'a> {
    document: &'a Document,
    types: HashMap<&'a str, usize>,
    fields: Vec<Vec<Holding<'a>>>,
}

/// A field whose type, or whose innermost item type, is under `types`.
struct Holding<'a> {
    field: &'a Field,
    to: usize,
    /// The number of `array` and `map` around the type.
    around: usize,
}

impl Holding<'_> {
    fn is_direct(&self) -> bool {
        self.around == 0
    }

    fn is_in_every_value(&self) -> bool {
        self.is_direct() && !self.field.optional
    }
}

impl<'a> Nesting<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let types = index(document.types.iter().map(|def| &def.name));
        let holding = |field: &'a Field| {
            let (name, around) = innermost(field)?;
            Some(Holding { field, to: *types.get(name)?, around })
        };
        let fields = document.types.iter().map(|def| match &def.shape {
            TypeShape::Object(fields) => fields.iter().filter_map(holding).collect(),
            TypeShape::Enum(_) | TypeShape::Unknown => Vec::new(),
        });
        let fields = fields.collect();
        Nesting { document, types, fields }
    }

    /// The number of the cycle of each type. Types that contain each other without a list or a map
    /// between them have the same number. A Rust type in such a cycle needs a `Box`.
    pub(crate) fn circles(&self) -> Vec<usize> {
        components(&self.edges(Holding::is_direct))
    }

    /// The cycles of required fields, by owner and name. The types in them have no finite value.
    pub(crate) fn endless(&self) -> Vec<Vec<(usize, &'a str)>> {
        let edges = self.edges(Holding::is_in_every_value);
        let component = components(&edges);
        let mut is_known = vec![false; edges.len()];
        let mut circles = Vec::new();
        for start in 0..edges.len() {
            let is_circle =
                |from: usize, to: usize| component[from] == component[start] && component[to] == component[start];
            if is_known[component[start]] || !edges[start].iter().any(|&to| is_circle(start, to)) {
                continue;
            }
            is_known[component[start]] = true;
            // Each type of the component has a field within the component, so the walk reaches a
            // visited type.
            let (mut path, mut met, mut at) = (Vec::new(), HashMap::new(), start);
            while !met.contains_key(&at) {
                met.insert(at, path.len());
                let next = self.fields[at].iter().find(|held| held.is_in_every_value() && is_circle(at, held.to));
                let Some(next) = next else { break };
                path.push((at, next.field.name.value.as_str()));
                at = next.to;
            }
            circles.push(path.split_off(met.get(&at).copied().unwrap_or(0)));
        }
        circles
    }

    /// The number of levels of types in a value of each type. The types of a cycle count together.
    pub(crate) fn depths(&self) -> Vec<usize> {
        let component = components(&self.edges(|_| true));
        // The types in a type have a smaller number, or the same.
        let mut order: Vec<usize> = (0..component.len()).collect();
        order.sort_by_key(|&at| component[at]);
        let mut depth = vec![0; component.len()];
        for members in order.chunk_by(|&a, &b| component[a] == component[b]) {
            let (mut own, mut below) = (0, 0);
            for &at in members {
                let mut around = 0;
                for held in &self.fields[at] {
                    if component[held.to] == component[at] {
                        around = around.max(held.around);
                    } else {
                        below = below.max(held.around + depth[component[held.to]]);
                    }
                }
                own += 1 + around;
            }
            depth[component[members[0]]] = own + below;
        }
        component.iter().map(|&of| depth[of]).collect()
    }

    /// The number of nodes in the smallest value of each type. All types must have finite values.
    pub(crate) fn least_nodes(&self) -> Vec<usize> {
        let component = components(&self.edges(Holding::is_in_every_value));
        let mut order: Vec<usize> = (0..component.len()).collect();
        order.sort_by_key(|&at| component[at]);
        let mut least = vec![1; component.len()];
        for at in order {
            if let TypeShape::Object(fields) = &self.document.types[at].shape {
                let of_fields = fields.iter().map(|field| self.least_of(field, &least));
                least[at] = of_fields.fold(1, usize::saturating_add);
            }
        }
        least
    }

    /// The minimum number of nodes of a field in an example, from the minimum of each type.
    pub(crate) fn least_of(&self, field: &Field, least: &[usize]) -> usize {
        match &field.example {
            Some(example) if !field.sensitive => example.value.nodes(),
            _ if field.optional => 0,
            _ => match innermost(field) {
                Some((name, 0)) => self.types.get(name).map_or(1, |&at| least[at]),
                _ => 1,
            },
        }
    }

    fn edges(&self, follows: impl Fn(&Holding<'a>) -> bool) -> Vec<Vec<usize>> {
        let of = |fields: &Vec<Holding<'a>>| fields.iter().filter(|held| follows(held)).map(|held| held.to).collect();
        self.fields.iter().map(of).collect()
    }
}

/// `T` of `array<map<T>>`, and the number of `array` and `map` around it.
pub(crate) fn innermost(field: &Field) -> Option<(&str, usize)> {
    let Some(FieldType::Written(text)) = &field.ty else { return None };
    let (mut written, mut around) = (written_type(&text.value)?, 0);
    loop {
        match written {
            Written::Name(name) => return Some((name, around)),
            Written::Array(item) | Written::Map(item) => (written, around) = (*item, around + 1),
        }
    }
}

/// The strongly connected components of a graph, by Tarjan's algorithm without recursion. Each node
/// gets a number. The successors of a node have a smaller number, or the same.
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let count = edges.len();
    let (mut component, mut index, mut low) = (vec![NONE; count], vec![NONE; count], vec![0; count]);
    let (mut visited, mut found) = (0, 0);
    let mut open: Vec<usize> = Vec::new();
    // The nodes on the path from the root, each with the number of visited edges.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for root in 0..count {
        if index[root] != NONE {
            continue;
        }
        way.push((root, 0));
        while let Some((at, followed)) = way.pop() {
            if followed == 0 {
                (index[at], low[at]) = (visited, visited);
                visited += 1;
                open.push(at);
            }
            if let Some(&to) = edges[at].get(followed) {
                way.push((at, followed + 1));
                if index[to] == NONE {
                    way.push((to, 0));
                } else if component[to] == NONE {
                    low[at] = low[at].min(index[to]);
                }
                continue;
            }
            if let Some(&(above, _)) = way.last() {
                low[above] = low[above].min(low[at]);
            }
            if low[at] == index[at] {
                while let Some(member) = open.pop() {
                    component[member] = found;
                    if member == at {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn what_leads_back_is_one_component() {
        // 0 -> 1 <-> 2 -> 3, 3 -> 3, 4 -> 0
        let edges = [vec![1], vec![2], vec![1, 3], vec![3], vec![0]];
        let found = components(&edges);
        assert_eq!(found[1], found[2]);
        assert!(found[3] < found[2] && found[2] < found[0] && found[0] < found[4], "{found:?}");
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<Vec<usize>> = (0..200_000).map(|at| vec![(at + 1) % 200_000]).collect();
        assert_eq!(components(&edges), vec![0; 200_000]);
    }
}
