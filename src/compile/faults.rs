//! Faults: from the words of a drawing to the numbers of a plan, and what can go wrong with each thing that is drawn.

use super::Plan;
use crate::catalog::{self, InstanceType, PoolPlan, Service};
use crate::model::{Design, Id, Node, PlaceKind};
use crate::scenario::{self, BATCH, Harm as Drawn, Rollout, Version, WhenFailed};
use crate::sim::network::{Fault, Harm, Index, Pool, Size};
use crate::units::{Rate, Share, Span};

/// A fault in the terms of a plan; `None` if what it names is not part of it.
pub fn fault(plan: &Plan, fault: &scenario::Fault) -> Option<Fault> {
    let harm = match &fault.harm {
        Drawn::Crash { node, count } => Harm::Crash { pool: pool(plan, node)?, count: *count },
        Drawn::Resize { node, to } => resize(plan, node, to)?,
        Drawn::Interrupt { node, count } => Harm::Interrupt { pool: spot(plan, node)?, count: *count },
        Drawn::Stop { node } => Harm::Stop { pool: pool(plan, node)? },
        Drawn::Terminate { node, count } => Harm::Terminate { pool: pool(plan, node)?, count: *count },
        Drawn::Unlist { node, target } => unlist(plan, node, target)?,
        Drawn::ZoneOutage { zone } => {
            let at = |name: &str| plan.network.zones.iter().position(|letter| letter == name);
            Harm::ZoneOutage(at(zone).or_else(|| at(at_home(plan, zone)?))? as u8)
        }
        Drawn::RegionOutage { region } => {
            let at = plan.network.regions.iter().position(|known| known.name == *region)?;
            Harm::RegionOutage(at as Index)
        }
        Drawn::Failover { node } => Harm::Failover { pool: cluster(plan, node)? },
        Drawn::ReplicaLoss { node, count } => Harm::CopyLoss { pool: cluster(plan, node)?, count: *count },
        Drawn::Flush { node } => {
            let site = site(plan, node)?;
            plan.network.caches.iter().any(|cache| cache.site == site).then_some(Harm::Flush(site))?
        }
        Drawn::Slow { node, factor } => Harm::Slow { site: working(plan, node)?, factor: within(*factor)? },
        Drawn::Down { node } => Harm::Down { site: working(plan, node)? },
        Drawn::Restore { node } => {
            let lasts = plan.network.pools[pool(plan, node)? as usize].backup?.restore;
            let harm = Harm::Restore { site: site(plan, node)? };
            return Some(Fault { at: fault.at, lasts, harm });
        }
        Drawn::Throttle { node, rate } => Harm::Throttle { site: working(plan, node)?, rate: *rate },
        Drawn::Deploy { node, count, errors } => {
            Harm::Deploy { pool: fleet(plan, node)?, count: *count, share: errors.0 }
        }
        Drawn::Rollout { node, how } => Harm::Rollout { pool: fleet(plan, node)?, how: *how },
        Drawn::Kill { node, count } => Harm::Kill { pool: fleet(plan, node)?, count: *count },
        Drawn::LostLink { link, share } => Harm::LostLink { link: way(plan, link)?, share: share.0 },
        Drawn::SlowLink { link, extra } => Harm::SlowLink { link: way(plan, link)?, extra: *extra },
        Drawn::Spike { node, factor } => {
            let site = site(plan, node)?;
            let source = plan.network.sources.iter().position(|source| source.site == site)?;
            Harm::Spike { source: source as Index, factor: within(*factor)? }
        }
    };
    Some(Fault { at: fault.at, lasts: fault.lasts, harm })
}

fn within(factor: f64) -> Option<f64> {
    Some(factor).filter(|factor| scenario::SLOWNESS.contains(factor))
}

fn site(plan: &Plan, node: &str) -> Option<Index> {
    plan.sites.get(&Id::new(node)?).copied()
}

/// The site of a node that is called: users are not.
fn working(plan: &Plan, node: &str) -> Option<Index> {
    site(plan, node).filter(|site| plan.network.sources.iter().all(|source| source.site != *site))
}

/// The pool of a node.
fn pool(plan: &Plan, node: &str) -> Option<Index> {
    plan.network.sites[site(plan, node)? as usize].pool
}

/// The pool of a node whose servers run your code.
fn fleet(plan: &Plan, node: &str) -> Option<Index> {
    pool(plan, node).filter(|&pool| plan.network.pools[pool as usize].fleet)
}

/// The pool of a group that has spot instances.
fn spot(plan: &Plan, node: &str) -> Option<Index> {
    let spot = |pool: u32| plan.network.scalers.iter().any(|scaler| scaler.pool == pool && scaler.spot.share > 0.0);
    fleet(plan, node).filter(|&pool| spot(pool))
}

/// The letter of a zone of the design's own region that was given with the name of the region.
fn at_home<'a>(plan: &Plan, zone: &'a str) -> Option<&'a str> {
    let away = |region: &str| plan.network.zones.iter().any(|zone| zone.starts_with(region));
    let names = plan.network.regions.iter().map(|region| region.name.as_str()).filter(|region| !away(region));
    names.filter_map(|region| zone.strip_prefix(region)).next()
}

/// The pool of a node whose servers keep copies of each other.
fn cluster(plan: &Plan, node: &str) -> Option<Index> {
    pool(plan, node).filter(|pool| plan.network.clusters.iter().any(|cluster| cluster.pool == *pool))
}

fn way(plan: &Plan, link: &str) -> Option<Index> {
    plan.links.get(&Id::new(link)?).copied()
}

/// Another type for the instances of a node.
fn resize(plan: &Plan, node: &str, to: &str) -> Option<Harm> {
    let pool = pool(plan, node)?;
    if let Some(node) = plan.classed.get(&Id::new(node)?) {
        return Some(Harm::Resize { pool, size: reclassed(node, to)? });
    }
    let types = &catalog::find("ec2")?.sheet().types;
    let kind = types.iter().find(|kind| kind.name == to)?;
    let now = &plan.network.pools[pool as usize];
    let typed = now.credits.is_some() || now.memory.total > 0;
    (now.fleet && typed).then(|| Harm::Resize { pool, size: catalog::resized(now.size(), kind) })
}

/// What the instances of a database or cache are with another class: connections and room follow from its memory.
fn reclassed(node: &Node, to: &str) -> Option<Size> {
    let service = node.service()?;
    let mut node = node.clone();
    let (class, _) = service.types()?;
    node.settings.insert(class.key.clone(), class.kind.parse(to).ok()?);
    let blueprint = (service.lower)(&node.settings()?);
    let (pool, room) = (blueprint.pool?, blueprint.cache.map(|cache| cache.room));
    let PoolPlan { kind, cores, speed, memory, credits, workers, .. } = pool;
    Some(Size { kind, cores, speed, memory, credits, workers: Some(workers), room })
}

/// The next larger one of some types: of the same family, if it has one, by processors and memory.
fn larger(types: &'static [InstanceType], number: u32) -> Option<&'static InstanceType> {
    let own = types.get(number as usize)?;
    let size = |kind: &InstanceType| (kind.vcpu, kind.memory());
    let family = |kind: &'static InstanceType| kind.name.rsplit_once('.').map(|(family, _)| family);
    let more = || types.iter().filter(|kind| size(kind) > size(own));
    let least = |a: &&InstanceType, b: &&InstanceType| a.vcpu.total_cmp(&b.vcpu).then(a.memory().cmp(&b.memory()));
    more().filter(|kind| family(kind) == family(own)).min_by(least).or_else(|| more().min_by(least))
}

/// A target that a name service leaves out.
fn unlist(plan: &Plan, node: &str, target: &str) -> Option<Harm> {
    let (names, target) = (site(plan, node)?, site(plan, target)?);
    let resolver = plan.network.resolvers.iter().position(|resolver| resolver.site == names)?;
    let mut links = plan.network.resolvers[resolver].links.iter().copied();
    let link = links.find(|&link| plan.network.links[link as usize].to == target)?;
    Some(Harm::Unlist { resolver: resolver as Index, link })
}

/// How much of the calls a lossy link loses, where nothing else is said.
const LOSS: Share = Share(0.2);

/// How much longer a slow link takes, where nothing else is said.
const DELAY: Span = Span::from_millis(100);

/// How a new version is rolled out, where nothing else is said: one instance after the other, until one does not come up.
const ROLLOUT: Rollout =
    Rollout { batch: 1, version: Version::Errs(Share(0.0)), within: BATCH, failed: WhenFailed::Stops };

/// What can happen to a node, a link or a place of a drawing that runs, with the usual figures, worst first.
pub fn possible(plan: &Plan, design: &Design, id: &Id) -> Vec<Drawn> {
    if let Some(place) = design.places.get(id) {
        return match place.kind {
            PlaceKind::Zone => vec![Drawn::ZoneOutage { zone: design.zone_name(place) }],
            PlaceKind::Region => vec![Drawn::RegionOutage { region: design.region_named(place).to_owned() }],
            _ => Vec::new(),
        };
    }
    let link = id.to_string();
    if plan.links.contains_key(id) {
        let slow = Drawn::SlowLink { link: link.clone(), extra: DELAY };
        return vec![
            Drawn::LostLink { link: link.clone(), share: Share(1.0) },
            Drawn::LostLink { link, share: LOSS },
            slow,
        ];
    }
    let known = |harm: &Drawn| {
        let at = scenario::Fault { at: Span::ZERO, lasts: Span::ZERO, harm: harm.clone() };
        fault(plan, &at).is_some()
    };
    of_node(plan, design, id).into_iter().filter(known).collect()
}

/// What could happen to a node of any service.
fn of_node(plan: &Plan, design: &Design, id: &Id) -> Vec<Drawn> {
    let node = id.to_string();
    let pool = pool(plan, &node).and_then(|pool| plan.network.pools.get(pool as usize));
    let mut harms = vec![Drawn::Down { node: node.clone() }];
    harms.extend(pool.map(|_| Drawn::Crash { node: node.clone(), count: 1 }));
    if let Some(pool) = pool.filter(|pool| pool.fleet) {
        harms.extend(of_instances(&node, pool));
        if plan.network.scalers.iter().any(|scaler| {
            site(plan, &node) == Some(plan.network.pools[scaler.pool as usize].site) && scaler.spot.share > 0.0
        }) {
            harms.push(Drawn::Interrupt { node: node.clone(), count: 1 });
        }
    }
    harms.push(Drawn::Failover { node: node.clone() });
    if let Some(pool) = pool.filter(|_| plan.classed.contains_key(id)) {
        let types =
            design.nodes.get(id).and_then(Node::service).and_then(Service::types).map_or(&[][..], |(_, types)| types);
        harms.extend(larger(types, pool.kind).map(|kind| Drawn::Resize { node: node.clone(), to: kind.name.clone() }));
    }
    if pool.is_some_and(|pool| pool.start.len() > 1 && !pool.fleet) {
        harms.push(Drawn::ReplicaLoss { node: node.clone(), count: 1 });
    }
    harms.push(Drawn::Restore { node: node.clone() });
    harms.push(Drawn::Flush { node: node.clone() });
    harms.push(Drawn::Slow { node: node.clone(), factor: 3.0 });
    harms.push(Drawn::Throttle { node: node.clone(), rate: Rate(10.0) });
    harms.push(Drawn::Spike { node: node.clone(), factor: 5.0 });
    let targets = design.links_from(id).map(|(_, link)| link.to.to_string());
    harms.extend(targets.map(|target| Drawn::Unlist { node: node.clone(), target }));
    harms
}

/// What is done to instances that run your code.
fn of_instances(node: &str, pool: &Pool) -> Vec<Drawn> {
    let node = || node.to_owned();
    let types = catalog::find("ec2").map_or(&[][..], |service| &service.sheet().types);
    let resize = larger(types, pool.kind).map(|kind| Drawn::Resize { node: node(), to: kind.name.clone() });
    let mut harms = vec![
        Drawn::Deploy { node: node(), count: 1, errors: Share(1.0) },
        Drawn::Rollout { node: node(), how: Rollout { version: Version::NeverStarts, ..ROLLOUT } },
        Drawn::Rollout { node: node(), how: ROLLOUT },
        Drawn::Kill { node: node(), count: 1 },
        Drawn::Stop { node: node() },
        Drawn::Terminate { node: node(), count: 1 },
    ];
    harms.extend(resize.filter(|_| pool.credits.is_some() || pool.memory.total > 0));
    harms
}
