//! Boxes with directed links, by number: parts, cycles, layers.

use crate::model::Size;
use std::collections::VecDeque;

/// Boxes and the links among them.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    /// Size of each box.
    pub sizes: Vec<Size>,
    /// Links, each once, none from a box to itself.
    pub links: Vec<(usize, usize)>,
}

impl Graph {
    pub fn new(sizes: Vec<Size>, links: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut links: Vec<(usize, usize)> = links.filter(|(from, to)| from != to).collect();
        links.sort_unstable();
        links.dedup();
        Self { sizes, links }
    }

    /// For each box, those that its links lead to and come from.
    fn neighbours(&self) -> Vec<Vec<usize>> {
        let mut found = vec![Vec::new(); self.sizes.len()];
        for &(from, to) in &self.links {
            found[from].push(to);
            found[to].push(from);
        }
        found
    }

    /// Boxes that hang together, in the order of their first box.
    pub fn components(&self) -> Vec<Vec<usize>> {
        let neighbours = self.neighbours();
        let mut seen = vec![false; self.sizes.len()];
        let mut parts = Vec::new();
        for start in 0..self.sizes.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let (mut part, mut queue) = (Vec::new(), VecDeque::from([start]));
            while let Some(at) = queue.pop_front() {
                part.push(at);
                for &next in &neighbours[at] {
                    if !std::mem::replace(&mut seen[next], true) {
                        queue.push_back(next);
                    }
                }
            }
            part.sort_unstable();
            parts.push(part);
        }
        parts
    }

    /// The graph of some of the boxes, numbered as they stand in `part`, which is in ascending order.
    pub fn part(&self, part: &[usize]) -> Self {
        let number = |id: usize| part.binary_search(&id).ok();
        let links = self.links.iter().filter_map(|&(from, to)| Some((number(from)?, number(to)?)));
        Self::new(part.iter().map(|&id| self.sizes[id]).collect(), links)
    }

    /// The links with those turned round that close a cycle: what is left leads on.
    pub fn forward(&self) -> Vec<(usize, usize)> {
        let rank = self.finished();
        let mut links: Vec<(usize, usize)> =
            self.links.iter().map(|&(from, to)| if rank[from] > rank[to] { (from, to) } else { (to, from) }).collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    /// When a depth-first walk is done with each box; links to one that is done later close a cycle. It starts where
    /// nothing leads to.
    fn finished(&self) -> Vec<usize> {
        let mut out = vec![Vec::new(); self.sizes.len()];
        let mut indegree = vec![0usize; self.sizes.len()];
        for &(from, to) in &self.links {
            out[from].push(to);
            indegree[to] += 1;
        }
        let mut starts: Vec<usize> = (0..self.sizes.len()).collect();
        starts.sort_by_key(|&id| (indegree[id] > 0, id));
        let (mut seen, mut done, mut count) = (vec![false; self.sizes.len()], vec![0; self.sizes.len()], 0);
        for start in starts {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut path = vec![(start, 0)];
            while let Some((at, next)) = path.pop() {
                match out[at].get(next) {
                    Some(&to) => {
                        path.push((at, next + 1));
                        if !std::mem::replace(&mut seen[to], true) {
                            path.push((to, 0));
                        }
                    }
                    None => {
                        done[at] = count;
                        count += 1;
                    }
                }
            }
        }
        done
    }

    /// The layer of each box, from 0: a link leads at least one layer on, and what nothing leads to stands right before
    /// what it leads to.
    pub fn layers(&self) -> Vec<usize> {
        let links = self.forward();
        let mut layers = vec![0usize; self.sizes.len()];
        let mut indegree = vec![0usize; self.sizes.len()];
        let mut out = vec![Vec::new(); self.sizes.len()];
        for &(from, to) in &links {
            out[from].push(to);
            indegree[to] += 1;
        }
        let sources: Vec<usize> = (0..self.sizes.len()).filter(|&id| indegree[id] == 0).collect();
        let mut queue: VecDeque<usize> = sources.iter().copied().collect();
        while let Some(at) = queue.pop_front() {
            for &to in &out[at] {
                layers[to] = layers[to].max(layers[at] + 1);
                indegree[to] -= 1;
                if indegree[to] == 0 {
                    queue.push_back(to);
                }
            }
        }
        for source in sources {
            if let Some(nearest) = out[source].iter().map(|&to| layers[to]).min() {
                layers[source] = nearest - 1;
            }
        }
        layers
    }
}
