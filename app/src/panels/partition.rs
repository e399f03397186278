//! Choosing a partition: every node into a group.

use leptos::prelude::*;
use raft_core::cluster::Action;
use raft_core::units::NodeId;

use super::dialog::Modal;
use crate::app::{Dialog, use_page};
use crate::lazy::lazy_view;

/// Groups that can be chosen.
const GROUPS: [&str; 3] = ["A", "B", "C"];

/// The dialog.
#[component]
pub fn Partition() -> impl IntoView {
    view! { <Modal which=Dialog::Partition title="Partition the network" load=partition /> }
}

lazy_view!(dialogs, partition, Contents);

#[component]
fn Contents() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    let group_of = RwSignal::new(Vec::<usize>::new());
    // It opens with the partition in force, or with a minority that holds the leader.
    Effect::new(move |_| {
        if page.dialog.get() == Some(Dialog::Partition) {
            group_of.set(session.view.with_untracked(|view| {
                if view.groups.is_empty() {
                    leader_in_minority(view.status.members, view.status.leader)
                } else {
                    let find = |id: NodeId| view.groups.iter().position(|g| g.contains(&id)).unwrap_or(0);
                    view.nodes.iter().map(|n| find(n.id).min(GROUPS.len() - 1)).collect()
                }
            }));
        }
    });
    let preset = move |make: fn(u64, Option<NodeId>) -> Vec<usize>| {
        let (members, leader) = session.view.with_untracked(|view| (view.status.members, view.status.leader));
        group_of.set(make(members, leader));
    };
    let groups = move || {
        let chosen = group_of.get();
        let members = |group: usize| -> Vec<NodeId> {
            chosen.iter().enumerate().filter(|(_, g)| **g == group).map(|(at, _)| at as NodeId + 1).collect()
        };
        (0..GROUPS.len()).map(members).filter(|group| !group.is_empty()).collect::<Vec<_>>()
    };
    let apply = move |_| {
        if session.act(Action::Partition(groups())).is_some() {
            page.dialog.set(None);
        }
    };
    let meaning = move || meaning(&groups(), session.view.with(|view| view.status.quorum));
    view! {
        <p class="quiet">"Messages pass only inside a group. Whatever is on its way between two groups is lost at that moment."</p>
        <div class="row">
            <button class="btn" data-testid="preset-minority" on:click=move |_| preset(leader_in_minority)>"Leader in the minority"</button>
            <button class="btn" data-testid="preset-majority" on:click=move |_| preset(leader_in_majority)>"Leader in the majority"</button>
            <button class="btn" data-testid="preset-alone" on:click=move |_| preset(leader_alone)>"Leader alone"</button>
        </div>
        <table class="groups">
            <tbody>
                {move || group_of.get().into_iter().enumerate().map(|(at, group)| view! {
                    <tr>
                        <th scope="row">{format!("node{}", at + 1)}</th>
                        {GROUPS.into_iter().enumerate().map(|(g, name)| view! {
                            <td><label class="pick">
                                <input type="radio" name=format!("group-{at}") data-testid=format!("group-{}-{name}", at + 1)
                                    prop:checked=group == g
                                    on:change=move |_| group_of.update(|groups| groups[at] = g) />
                                {format!("group {name}")}
                            </label></td>
                        }).collect_view()}
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
        <p data-testid="partition-meaning">{meaning}</p>
        <div class="row end">
            <button class="btn" on:click=move |_| { session.act(Action::Heal(None)); page.dialog.set(None); }>"Heal all"</button>
            <button class="btn primary" data-testid="partition-apply" on:click=apply>"Cut"</button>
        </div>
    }
}

/// What a partition would mean, said before it is applied.
fn meaning(groups: &[Vec<NodeId>], quorum: u64) -> String {
    let sizes: Vec<String> = groups.iter().map(|group| group.len().to_string()).collect();
    if groups.len() < 2 {
        return "All nodes are in one group: nothing would be cut.".to_owned();
    }
    match groups.iter().find(|group| group.len() as u64 >= quorum) {
        Some(group) => {
            let names: Vec<String> = group.iter().map(|id| format!("node{id}")).collect();
            format!("{}: only {} can elect a leader and commit.", sizes.join(" | "), names.join(", "))
        }
        None => format!("{}: no group has {quorum} nodes, so nobody can commit.", sizes.join(" | ")),
    }
}

fn assign(members: u64, leader: Option<NodeId>, with_leader: u64) -> Vec<usize> {
    let leader = leader.unwrap_or(1);
    let mut groups = vec![1; members as usize];
    for step in 0..with_leader.min(members) {
        let id = (leader - 1 + step) % members;
        groups[id as usize] = 0;
    }
    groups
}

fn leader_in_minority(members: u64, leader: Option<NodeId>) -> Vec<usize> {
    assign(members, leader, ((members - 1) / 2).max(1))
}

fn leader_in_majority(members: u64, leader: Option<NodeId>) -> Vec<usize> {
    assign(members, leader, members / 2 + 1)
}

fn leader_alone(members: u64, leader: Option<NodeId>) -> Vec<usize> {
    assign(members, leader, 1)
}
